"""The box's tamper-evident log: a Merkle log of pseudonyms and keyed commitments, never of content (docs/log.md)."""
