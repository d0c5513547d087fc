"""Having a service take in again what it has copied from others."""
