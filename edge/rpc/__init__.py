"""The box's gRPC door.

gRPC has no setting for the lowest TLS version, and reads what it has from the environment when it is first imported;
so this package must be imported before `grpc`. Of TLS 1.2 we leave only suites for RSA keys: the box's keys are ECDSA,
so no TLS 1.2 handshake can end well, while TLS 1.3 has suites of its own. `server.serve` tries it out and refuses to
start if TLS 1.2 gets through.
"""

import os

os.environ["GRPC_SSL_CIPHER_SUITES"] = "ECDHE-RSA-AES128-GCM-SHA256"
# By default every stranger's failed handshake is a line on stderr; a port that is taken, the box tells itself.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")
