"""The tables of who may what: users, sign-in links, sessions, API tokens."""
