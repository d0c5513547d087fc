"""The services: one package per bounded context; none imports another."""
