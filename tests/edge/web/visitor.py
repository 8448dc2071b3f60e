"""A visitor of the pages: a small HTTP client that keeps cookies and finds forms' tokens, as a browser would."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientResponse, ClientSession, CookieJar, TCPConnector

NAME, PASSWORD = "李主管", "correct horse battery"
TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass
class Visitor:
    """One browser's worth of cookies at one site."""

    base: str
    http: ClientSession = field(init=False)

    async def __aenter__(self) -> Visitor:
        self.http = ClientSession(self.base, connector=TCPConnector(ssl=False), cookie_jar=CookieJar())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()

    async def get(self, path: str, **more: Any) -> ClientResponse:
        return await self.http.get(path, allow_redirects=False, **more)

    async def text(self, path: str, **more: Any) -> str:
        return await (await self.get(path, **more)).text()

    async def post(self, path: str, data: Any = None, **more: Any) -> ClientResponse:
        """Post as our own pages do: with their origin."""
        headers = {"Origin": self.base} | more.pop("headers", {})
        return await self.http.post(path, data=data, headers=headers, allow_redirects=False, **more)

    async def token(self, path: str = "/upload") -> str:
        found = TOKEN.search(await self.text(path))
        assert found, f"no form with a token on {path}"
        return found[1]

    async def sign_in(self, name: str = NAME, password: str = PASSWORD) -> ClientResponse:
        return await self.post("/login", {"name": name, "password": password})
