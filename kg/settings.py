"""Settings: flags over environment (`KG_*`) over `kg.toml` in the working folder over defaults.

Secrets come from the environment alone: a `kg.toml` that holds a password is refused.
"""

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from kg.errors import UsageError

CONFIG = Path("kg.toml")
_SECRETS = ("neo4j_password",)


class Settings(BaseSettings):
    """All that can be set outside the command line. `KG_OUT=…`, or `out = "…"` in kg.toml."""

    model_config = SettingsConfigDict(env_prefix="KG_", toml_file=CONFIG, extra="forbid", frozen=True)

    out: Path = Field(default=Path("kg-build"), description="the build folder that `kg build` writes")
    source: str = Field(default="", description="where commands read: a build folder or an address; else `out`")
    stores: tuple[str, ...] = Field(default=(), description="stores to load beside the embedded one")
    processes: int = Field(default=1, ge=1, description="processes that extract")
    neo4j_user: str = Field(default="neo4j", description="user name at the Neo4j server")
    neo4j_password: SecretStr | None = Field(default=None, description="password; from the environment only")
    query_timeout: float = Field(default=30.0, gt=0, description="seconds until a query is given up")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load(**flags: Any) -> Settings:
    """The settings in force; a flag of None was not given. Raises UsageError naming the setting at fault."""
    _refuse_secrets()
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        settings = Settings(**given)
        return settings if settings.source else settings.model_copy(update={"source": str(settings.out)})
    except SettingsError as error:
        raise UsageError(f'{_sentence(error)}: KG_STORES is a JSON list, ["neo4j://localhost:7687"]') from None
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "?"
        where = f"KG_{name.upper()}" if f"KG_{name.upper()}" in os.environ and name not in given else name
        raise UsageError(f"setting {where}: {first['msg'].lower()} (flags, KG_* or {CONFIG})") from None


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split())


def _refuse_secrets() -> None:
    try:
        text = CONFIG.read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{CONFIG} cannot be read: {error}") from None
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{CONFIG} is no valid TOML: {error}") from None
    for name in _SECRETS:
        if name in table:
            raise UsageError(f"{CONFIG} holds {name}: take it out and set KG_{name.upper()} in the environment")
