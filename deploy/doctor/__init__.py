"""What is wrong with an installation, in plain words: ``make doctor``.

It looks at this machine, then at the broker, the database and the services of the installation that
runs here, or of one that AMQP_URI, MONGO_URI and ``--api`` name. It changes nothing.
"""
