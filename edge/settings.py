"""Settings of a box: defaults, then `HOME/box.toml`, then `SOTTOVOCE_BOX_…` in the environment, later ones win."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

HOME_VARIABLE = "SOTTOVOCE_BOX_HOME"


def default_home() -> Path:
    """The folder that holds one box: `SOTTOVOCE_BOX_HOME`, else `~/.local/share/sottovoce/box`."""
    return Path(os.environ.get(HOME_VARIABLE) or Path.home() / ".local/share/sottovoce/box")


class IngestSettings(BaseModel):
    """Limits on what comes in; each holds on its own, while decoding (docs/architecture.md)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    upload_bytes_max: int = Field(200 * 2**20, gt=0, description="A recording's file, in bytes.")
    duration_s_max: float = Field(4 * 3600, gt=0, description="A recording's length, in seconds.")
    pcm_bytes_max: int = Field(1 * 2**30, gt=0, description="Decoded samples, in bytes.")
    decode_memory_bytes_max: int = Field(2 * 2**30, gt=0, description="Address space of the decoding process.")
    decode_s_max: float = Field(300, gt=0, description="Processor time of the decoding process, in seconds.")
    watch_folder: Path | None = Field(None, description="Folder to import from while the box runs.")


class SpeechSettings(BaseModel):
    """The recogniser."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: Path | None = Field(None, description="Any CTranslate2 Whisper folder; default: the bundled base model.")
    threads: int = Field(2, ge=1, le=64, description="Processor threads for recognition.")


class RetentionSettings(BaseModel):
    """How long content is kept. PIPL Art 19: the shortest that serves the purpose."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    analysis_days: int = Field(90, ge=1, le=3650, description="Transcript and scores.")
    queue_days: int = Field(7, ge=1, le=30, description="Audio that waits for its analysis, should the box be off.")
    audio_hours: int = Field(24, ge=1, le=72, description="Audio without a basis for retain_audio: time to review.")
    audio_days: int = Field(30, ge=1, le=365, description="Audio with a basis for retain_audio.")


class VaultSettings(BaseModel):
    """How content is encrypted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    suite: str = Field(
        "aes-256-gcm",
        pattern="^(aes-256-gcm|sm4-gcm)$",
        description="Of all ciphers; chosen when a box is made, and never changed (docs/compliance.md).",
    )


class EventsSettings(BaseModel):
    """What happens outside of calls, and how it may come in. Webhooks need no setting but a source's secret."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    unclaimed_hours: int = Field(24, ge=0, le=168, description="Events of customers without a call on the box (yet).")
    folder: Path | None = Field(None, description="Folder to import tables of events from while the box runs.")
    smtp_port: int | None = Field(None, ge=0, le=65535, description="Where copies of mail come in; default: nowhere.")
    smtp_host: str = "127.0.0.1"
    smtp_peers: tuple[str, ...] = Field(("127.0.0.1", "::1"), description="Addresses of who may hand in mail.")
    smtp_domains: tuple[str, ...] = Field((), description="The firm's own mail domains.")
    smtp_bytes_max: int = Field(32 * 2**20, gt=0, le=256 * 2**20, description="A mail, in bytes.")

    @model_validator(mode="after")
    def _must_know_the_firm(self) -> Self:
        if self.smtp_port is not None and not self.smtp_domains:
            raise ValueError("smtp_port needs smtp_domains: without them no mail is known to come from the firm")
        return self


class ServeSettings(BaseModel):
    """Where the box listens. Loopback unless configured."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    web_port: int = Field(8440, ge=0, le=65535)
    rpc_port: int = Field(8441, ge=0, le=65535)
    names: tuple[str, ...] = Field(("localhost",), description="Host names for the box's certificate.")


class FactsSettings(BaseModel):
    """Which rows of the facts table hold for this box (docs/facts.md)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    region: str = Field("", max_length=100, description="The table's region this site is in.")
    role: str = Field("", max_length=40, description="Role of those who speak on its calls; default: a row's first.")


class Settings(BaseSettings):
    """Everything a box can be told. Unknown keys stop the start."""

    model_config = SettingsConfigDict(
        env_prefix="SOTTOVOCE_BOX_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    home: Path = Field(default_factory=default_home)
    site: str = Field("box", pattern=r"^[a-z0-9][a-z0-9-]{0,62}$", description="This box's name.")
    language: str = Field("zh", pattern="^(zh|en)$", description="Language of the pages.")
    talk_preset: str = Field(
        "sottovoce",
        pattern="^(sottovoce|contact_lens|miitel|google|gong)$",
        description="Whose definitions the talk metrics follow (docs/metrics.md).",
    )
    models: Path | None = Field(None, description="Folder of the models; default: ~/.local/share/sottovoce/models.")
    ingest: IngestSettings = IngestSettings()  # type: ignore[call-arg]  # pydantic fills the defaults
    speech: SpeechSettings = SpeechSettings()  # type: ignore[call-arg]
    retention: RetentionSettings = RetentionSettings()  # type: ignore[call-arg]
    vault: VaultSettings = VaultSettings()  # type: ignore[call-arg]  # as above
    events: EventsSettings = EventsSettings()  # type: ignore[call-arg]  # as above
    serve: ServeSettings = ServeSettings()  # type: ignore[call-arg]
    facts: FactsSettings = FactsSettings()  # type: ignore[call-arg]  # as above

    @property
    def models_dir(self) -> Path:
        """Where assembled models lie."""
        return self.models or Path.home() / ".local/share/sottovoce/models"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments beat the environment, the environment beats the file."""
        home = init_settings().get("home") or default_home()
        toml = TomlConfigSettingsSource(settings_cls, Path(home) / "box.toml")
        return init_settings, env_settings, toml
