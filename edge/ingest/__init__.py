"""Everything that comes in from outside: who was recorded (sidecar, table) and what was recorded (sniff, decode)."""
