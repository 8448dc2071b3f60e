#!/usr/bin/env python3
"""Send one recorded call to a box and print what it makes of it.

    .venv/bin/python examples/upload_call.py samples/call.flac samples/call.json

It runs on the box's own machine as the operator. A telephone system elsewhere gets a certificate of its own
(`sottovoce box client-certificate NAME`) and passes --certificates FOLDER --name NAME --box HOST:PORT.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

sys.path.insert(0, str(Path(__file__).parent.parent / "proto"))  # not needed where `sottovoce` is installed
from sottovoce.edge.v1 import calls_pb2, calls_pb2_grpc

CHUNK_BYTES = 64 * 1024  # the most that the box takes in one message
UPLOAD_S, WATCH_S, READ_S = 600, 3600, 30


def main() -> None:
    """Upload, follow, fetch, print."""
    options = arguments()
    try:
        with grpc.secure_channel(options.box, credentials(options.certificates, options.name)) as channel:
            box = calls_pb2_grpc.CallsStub(channel)
            receipt = box.UploadCall(parts(options.audio, options.sidecar), timeout=UPLOAD_S)
            call_id = receipt.duplicate_of or receipt.call_id
            same = f", the same recording as {call_id}" if receipt.duplicate_of else ""
            print(f"{receipt.call_id}: received{same}")
            for progress in box.WatchCall(calls_pb2.WatchCallRequest(call_id=call_id), timeout=WATCH_S):
                state = calls_pb2.CallState.Name(progress.state).removeprefix("CALL_STATE_").lower()
                step = f" {progress.stage} {progress.share:.0%}" if progress.stage else ""
                print(f"  {state}{step} {progress.reason}".rstrip())
            request = calls_pb2.GetAnalysisRequest(call_id=call_id)
            show(box.GetAnalysis(request, timeout=READ_S).analysis)
    except grpc.RpcError as error:
        sys.exit(explained(error))


def parts(audio: Path, sidecar: Path) -> Iterator[calls_pb2.UploadCallRequest]:
    """The header first: the box checks consent on it before it takes any audio. Then the recording, piece by piece."""
    start = calls_pb2.UploadStart(sidecar_json=sidecar.read_bytes(), audio_bytes=audio.stat().st_size)
    yield calls_pb2.UploadCallRequest(start=start)
    with audio.open("rb") as recording:
        while chunk := recording.read(CHUNK_BYTES):
            yield calls_pb2.UploadCallRequest(audio=chunk)


def credentials(folder: Path, name: str) -> grpc.ChannelCredentials:
    """What the client shows, and whom it trusts: only the box's own authority."""
    return grpc.ssl_channel_credentials(
        root_certificates=(folder / "ca.crt").read_bytes(),
        private_key=(folder / f"clients/{name}.key").read_bytes(),
        certificate_chain=(folder / f"clients/{name}.crt").read_bytes(),
    )


def show(analysis: calls_pb2.Analysis) -> None:
    """Each score with its bounds, and the words for and against it; identifying words come masked."""
    said = {utterance.id: utterance for utterance in analysis.utterances}
    length = f"{analysis.duration_s:.0f} s, {len(said)} utterances"
    print(f"\n{analysis.call_id}: {length}, analysed in {analysis.timing.total_s:.1f} s")
    for name, score in sorted(analysis.scores.items()):
        if score.HasField("value"):
            print(f"\n{name}: {score.value:.0f} ({score.interval.low:.0f} to {score.interval.high:.0f})")
        else:
            print(f"\n{name}: {calls_pb2.ScoreState.Name(score.state).removeprefix('SCORE_STATE_').lower()}")
        for evidence in score.evidence:
            quoted = f" “{said[evidence.utterance].text}”" if evidence.utterance in said else ""
            print(f"  {evidence.contribution:+5.1f}  {evidence.why_en or evidence.why}{quoted}")


def explained(error: grpc.RpcError) -> str:
    """What the box says is wrong and how to mend it."""
    status = rpc_status.from_call(error)
    info = error_details_pb2.ErrorInfo()
    for detail in status.details if status else ():
        if detail.Unpack(info):
            return f"{info.reason}: {info.metadata['field']}: {info.metadata['problem']}.\n{info.metadata['fix']}."
    return f"{error.code().name}: {error.details()}"


def arguments() -> argparse.Namespace:
    """The command line."""
    home = Path(os.environ.get("SOTTOVOCE_BOX_HOME") or Path.home() / ".local/share/sottovoce/box")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("audio", type=Path, help="FLAC, WAV, Ogg, MP3, M4A or AMR")
    parser.add_argument("sidecar", type=Path, help="JSON: who, when, and on what basis")
    parser.add_argument("--box", default="localhost:8441", help="host:port of the box's gRPC services")
    parser.add_argument("--certificates", type=Path, default=home / "tls", help="folder with ca.crt and clients/")
    parser.add_argument("--name", default="operator", help="whose certificate to show")
    return parser.parse_args()


if __name__ == "__main__":
    main()
