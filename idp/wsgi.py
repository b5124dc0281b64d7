"""The WSGI application, for any server: `granian --interface wsgi idp.wsgi:app`."""

from idp.app import create_app

app = create_app()
