"""The PEM files of a connection, loaded once before the run, so that a mistake is told in one line."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.target.credentials.authentication import Tls


def check_certificates(tls: Tls, paths: Mapping[str, str]) -> dict[str, Any]:
    """Return what `requests` wants to know of certificates; `paths` has a file for each variable.

    Raises ConfigurationError for a file that is no certificate or key, and for a key of another certificate.
    """
    wanted: dict[str, Any] = {}
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca := tls.ca:
        try:
            context.load_verify_locations(paths[ca])
        except ssl.SSLError:
            raise ConfigurationError(f"{ca}: {paths[ca]} holds no certificates in PEM form") from None
        wanted["verify"] = paths[ca]
    if certificate := tls.certificate:
        key = tls.key or certificate
        _check_pair(context, (certificate, paths[certificate]), (key, paths[key]))
        wanted["cert"] = (paths[certificate], paths[key])
    return wanted


def _check_pair(context: ssl.SSLContext, certificate: tuple[str, str], key: tuple[str, str]) -> None:
    try:
        context.load_cert_chain(certificate[1], key[1], password=lambda: b"")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            why = f"{key[0]}: {key[1]} is not the key of the certificate in {certificate[0]}"
        elif "ENCRYPTED" in Path(key[1]).read_text(encoding="ascii", errors="replace"):
            why = f"{key[0]}: {key[1]} is locked by a passphrase; give a key without one"
        else:
            files = f"{certificate[1]}, {key[1]}"
            why = f"{certificate[0]}, {key[0]}: no certificate and key in PEM form in {files}"
        raise ConfigurationError(why) from None
