"""Pages that follow from the code: the catalogue of events, the APIs, the settings."""
