"""What travel decides, one module per aggregate: trips, parties, blocks of rooms, stays."""
