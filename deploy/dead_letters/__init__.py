"""What ``make dead-letters`` does: parked messages of all services, through their APIs."""
