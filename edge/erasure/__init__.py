"""Erasure: keys are destroyed, rows removed, and anyone can check it (NIST SP 800-88 Rev 2: cryptographic erase)."""
