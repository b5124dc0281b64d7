"""Running the whole: what is wrong here (doctor), a copy of what must last (backup), and going back to it (restore).

Not here: serving (`serve.py`), the jobs behind it (`jobs.py`), what is kept how long (`retention.py`).
"""
