"""The box's database: calls and their sealed content, the gate's decisions, accounts and sessions."""
