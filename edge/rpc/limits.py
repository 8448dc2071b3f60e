"""What one caller, one call and one message may take of the box. Every number here is enforced, none is advice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from edge.errors import NotReady, TooLarge

KIB = 1024

MESSAGE_BYTES_MAX = 256 * KIB  # received; a call's header with many bases is under 20 KiB
SENT_BYTES_MAX = 64 * KIB * KIB  # the analysis of four hours with every word is about 10 MiB
METADATA_BYTES_MAX = 8 * KIB
CHUNK_BYTES_MAX = 64 * KIB
STREAMS_MAX = 32  # on one connection
CALLS_MAX = 128  # on all connections; past that RESOURCE_EXHAUSTED at once
WORKERS_MAX = 16  # threads for the box's blocking methods
CONNECTION_AGE_S_MAX = 3600  # a revoked or renewed certificate is asked for again at the latest then
CONNECTION_GRACE_S = 15 * 60  # the longest upload under way when the connection has to go
CONNECTION_IDLE_S_MAX = 600
HANDSHAKE_S_MAX = 10

UPLOAD_S_MAX = 15 * 60.0
WATCH_S_MAX = 4 * 3600.0
CALL_S_MAX = 30.0
CHUNK_WAIT_S_MAX = 30.0  # a sender that says nothing for so long holds memory for nothing
WATCH_EVERY_S = 0.25
RETRY_AFTER_S = 5.0

# All uploads under way share this many full-size recordings of memory; the next one is told to come back.
UPLOADS_HELD_MAX = 2

SERVER_OPTIONS: tuple[tuple[str, int], ...] = (
    ("grpc.max_receive_message_length", MESSAGE_BYTES_MAX),
    ("grpc.max_send_message_length", SENT_BYTES_MAX),
    ("grpc.max_metadata_size", METADATA_BYTES_MAX),
    ("grpc.absolute_max_metadata_size", METADATA_BYTES_MAX),  # otherwise twice that would pass now and then
    ("grpc.max_concurrent_streams", STREAMS_MAX),
    ("grpc.max_connection_age_ms", CONNECTION_AGE_S_MAX * 1000),
    ("grpc.max_connection_age_grace_ms", CONNECTION_GRACE_S * 1000),
    ("grpc.max_connection_idle_ms", CONNECTION_IDLE_S_MAX * 1000),
    ("grpc.server_handshake_timeout_ms", HANDSHAKE_S_MAX * 1000),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 0),
    ("grpc.http2.min_ping_interval_without_data_ms", 30_000),
    ("grpc.http2.max_ping_strikes", 2),
    ("grpc.so_reuseport", 0),  # a second box on the same port must fail, not share its calls
)


class UploadMemory:
    """Counts the bytes that uploads hold, each and all together. For one event loop."""

    def __init__(self, *, upload_bytes_max: int) -> None:
        self._upload_bytes_max = upload_bytes_max
        self._free_bytes = upload_bytes_max * UPLOADS_HELD_MAX

    @property
    def free_bytes(self) -> int:
        """What uploads may still take together."""
        return self._free_bytes

    @contextmanager
    def share(self) -> Iterator[UploadShare]:
        """One upload's share; given back at the end, however it ends."""
        share = UploadShare(self, self._upload_bytes_max)
        try:
            yield share
        finally:
            self._free_bytes += share.taken_bytes

    def take(self, count_bytes: int) -> None:
        """Set bytes aside. Raises: NotReady if too many uploads are under way."""
        if count_bytes > self._free_bytes:
            raise NotReady("audio", "too many recordings are being sent at once", "Send it again in a few seconds")
        self._free_bytes -= count_bytes


class UploadShare:
    """What one upload holds of the memory."""

    def __init__(self, memory: UploadMemory, bytes_max: int) -> None:
        self._memory = memory
        self._bytes_max = bytes_max
        self.taken_bytes = 0

    def expect(self, count_bytes: int) -> None:
        """Check what is still to come. Raises: TooLarge if one recording may not be that large."""
        if self.taken_bytes + count_bytes > self._bytes_max:
            limit = f"the recording is larger than {self._bytes_max:,} bytes"
            raise TooLarge("audio", limit, "Send it compressed (FLAC, Opus), or raise ingest.upload_bytes_max")

    def take(self, count_bytes: int) -> None:
        """Set bytes aside before they are kept. Raises: TooLarge past one recording, NotReady past all."""
        self.expect(count_bytes)
        self._memory.take(count_bytes)
        self.taken_bytes += count_bytes
