"""Who may do what in broker and database: one account for each service, one for the deploy step.

What an account may follows from the services' own topology, so it cannot differ from it.
"""
