"""What can't be in the database together: each a name, and a statement that counts it; all must find nothing."""

_HAS_ADDRESS = "EXISTS (SELECT 1 FROM identifier i WHERE i.account_id = a.id AND i.status = 'active')"

CONTRADICTIONS = {
    "an account that no address identifies": f"SELECT count(*) FROM account a WHERE NOT {_HAS_ADDRESS}",
    "an address without its account": "SELECT count(*) FROM identifier i"
    " WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.id = i.account_id)",
    "an account with a password and no time of it, or the reverse": "SELECT count(*) FROM account"
    " WHERE (password IS NULL) <> (password_set_at IS NULL)",
    "a secret question without an answer, or the reverse": "SELECT count(*) FROM account"
    " WHERE (secret_question IS NULL) <> (secret_answer IS NULL)",
    "a completed registration without a proved account": "SELECT count(*) FROM registration r"
    " WHERE r.completed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM identifier i"
    " WHERE i.canonical = r.canonical AND i.status = 'active' AND i.verified_at IS NOT NULL)",
    "a registered account whose registration is not completed": "SELECT count(*) FROM account a"
    " JOIN identifier i ON i.account_id = a.id AND i.status = 'active' WHERE a.origin = 'registration'"
    " AND NOT EXISTS (SELECT 1 FROM registration r WHERE r.canonical = i.canonical AND r.completed_at IS NOT NULL)",
    "a proved registration whose proof is unused": "SELECT count(*) FROM registration r WHERE r.proved_at IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM mailbox_proof p WHERE p.subject_id = r.id AND p.used_at IS NOT NULL)",
    "a used proof of a registration that is not proved": "SELECT count(*) FROM mailbox_proof p"
    " JOIN registration r ON r.id = p.subject_id WHERE p.used_at IS NOT NULL AND r.proved_at IS NULL",
    "a completed recovery whose proof is unused": "SELECT count(*) FROM recovery r WHERE r.completed_at IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM mailbox_proof p WHERE p.subject_id = r.id AND p.used_at IS NOT NULL)",
    "a used proof of a recovery that is not completed": "SELECT count(*) FROM mailbox_proof p"
    " JOIN recovery r ON r.id = p.subject_id WHERE p.used_at IS NOT NULL AND r.completed_at IS NULL",
    "a recovery that moved no epoch": "SELECT count(*) FROM recovery r JOIN account a ON a.id = r.account_id"
    " WHERE r.completed_at IS NOT NULL AND a.epoch = 0",
    "a changed member without an Espace personnel": "SELECT count(*) FROM legacy_member l WHERE l.state = 'changed'"
    " AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.member_ref = l.member_ref AND m.account_id = l.account_id)",
    "an Espace personnel of a member who has not changed": "SELECT count(*) FROM membership m"
    " JOIN legacy_member l ON l.member_ref = m.member_ref WHERE l.state <> 'changed'",
    "a changed member without a change that is done": "SELECT count(*) FROM legacy_member l WHERE l.state = 'changed'"
    " AND NOT EXISTS (SELECT 1 FROM identifier_change c WHERE c.member_id = l.id AND c.state = 'done')",
    "a done change that is half done": "SELECT count(*) FROM identifier_change c"
    " JOIN legacy_member l ON l.id = c.member_id WHERE c.state = 'done'"
    " AND (l.state <> 'changed' OR c.completed_at IS NULL OR c.account_id IS NULL OR c.password IS NOT NULL)",
    "a done change without its line in the audit": "SELECT count(*) FROM identifier_change c"
    " JOIN legacy_member l ON l.id = c.member_id WHERE c.state = 'done' AND NOT EXISTS"
    " (SELECT 1 FROM audit WHERE audit.member_ref = l.member_ref AND audit.event = 'identifier_changed')",
    "a change in the audit that is not done": "SELECT count(*) FROM audit WHERE event = 'identifier_changed'"
    " AND NOT EXISTS (SELECT 1 FROM legacy_member l WHERE l.member_ref = audit.member_ref AND l.state = 'changed')",
    "a used letter without a request that it opened": "SELECT count(*) FROM letter WHERE letter.used_at IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM guided_request g WHERE g.member_id = letter.member_id AND g.proved_by = 'letter')",
    "a living refresh family of a consent that was withdrawn": 'SELECT count(*) FROM "authorization" z'
    " WHERE z.client_id = 'partner' AND z.revoked_at IS NULL AND NOT EXISTS (SELECT 1 FROM consent c"
    " WHERE c.account_id = z.account_id AND c.client_id = z.client_id)",
    "a living session behind its account's epoch, and no job to end it": "SELECT count(*) FROM session s"
    " JOIN account a ON a.id = s.account_id WHERE s.ended_at IS NULL AND s.epoch < a.epoch"
    " AND NOT EXISTS (SELECT 1 FROM outbox WHERE kind = 'access_cut')",
    "a job given up": "SELECT count(*) FROM outbox WHERE failed_at IS NOT NULL",
}
