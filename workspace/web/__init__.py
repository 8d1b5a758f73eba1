"""The web: REST and pages, the live board, and the process that serves them. app.py puts the parts together."""
