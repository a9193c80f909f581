# SPDX-License-Identifier: GPL-2.0-or-later
"""Proxy and certificates of QGIS, as the environment variables that pip and uv read.

Use on the main thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Iterable, Optional
from urllib.parse import quote, urlsplit

from qgis.core import QgsApplication, QgsNetworkAccessManager
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkProxy, QNetworkProxyFactory, QNetworkProxyQuery

if TYPE_CHECKING:
    from pathlib import Path

CERTIFICATES = "certificates.pem"

_ANY_PAGE = "https://download.pytorch.org"
_SCHEMES = {
    QNetworkProxy.ProxyType.HttpProxy: "http",
    QNetworkProxy.ProxyType.HttpCachingProxy: "http",
    QNetworkProxy.ProxyType.Socks5Proxy: "socks5h",
}


def network_environment(home: Path) -> Dict[str, str]:
    """Return the environment variables for the network settings of QGIS.

    Args:
        home: home folder of the engine, for a file with the certificates that the user trusts.
    """
    manager = QgsNetworkAccessManager.instance()
    address = proxy_address(_proxy(manager))
    found = {}
    if address is not None:
        excluded = no_proxy([*manager.excludeList(), *manager.noProxyList()])
        for name, value in (("HTTP", address), ("HTTPS", address), ("NO", excluded)):
            found[f"{name}_PROXY"] = found[f"{name}_PROXY".lower()] = value
    return {**found, **_certificates(home)}


def proxy_address(proxy: QNetworkProxy) -> Optional[str]:
    """Return the address of a proxy with its password, or None without a proxy."""
    scheme = _SCHEMES.get(proxy.type())
    if scheme is None or not proxy.hostName():
        return None
    words = [quote(word, safe="") for word in (proxy.user(), proxy.password()) if word]
    login = f"{':'.join(words)}@" if words else ""
    port = f":{proxy.port()}" if proxy.port() else ""
    return f"{scheme}://{login}{proxy.hostName()}{port}"


def no_proxy(addresses: Iterable[str]) -> str:
    """Return the hosts of addresses that are reached without a proxy, separated by commas.

    >>> no_proxy(["http://intranet.example/maps", "localhost"])
    'intranet.example,localhost'
    """
    hosts = (urlsplit(each if "//" in each else f"//{each}").hostname for each in addresses)
    return ",".join(dict.fromkeys(filter(None, hosts)))


def _proxy(manager: QgsNetworkAccessManager) -> QNetworkProxy:
    proxy = manager.fallbackProxy()
    if proxy.type() == QNetworkProxy.ProxyType.DefaultProxy and manager.useSystemProxy():
        found = QNetworkProxyFactory.systemProxyForQuery(QNetworkProxyQuery(QUrl(_ANY_PAGE)))
        return found[0] if found else proxy
    return proxy


def _certificates(home: Path) -> Dict[str, str]:
    """Return the variable for the certificates, if the user added some to those of the system."""
    manager = QgsApplication.authManager()
    if not manager.databaseCAs() and not manager.extraFileCAs():
        return {}
    path = home / CERTIFICATES
    try:
        home.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(manager.trustedCaCertsPemText()))
    except OSError:  # the installation will fail with a better message
        return {}
    return {"PIP_CERT": str(path), "SSL_CERT_FILE": str(path)}
