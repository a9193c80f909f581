# SPDX-License-Identifier: GPL-2.0-or-later
"""Proxy and certificates of QGIS reach pip and uv by the environment."""

import pytest
from orthoscribe.plugin.engine_client.pip import pip_environment
from orthoscribe.plugin.network_settings import network_environment, no_proxy, proxy_address
from qgis.core import QgsNetworkAccessManager, QgsSettings
from qgis.PyQt.QtNetwork import QNetworkProxy


@pytest.fixture
def proxy(qgis_app):
    """Return a function that sets the proxy of QGIS."""
    manager = QgsNetworkAccessManager.instance()
    names = ("Enabled", "Type", "Host", "Port", "User", "Password")

    def choose(*values):
        for name, value in zip(names, values, strict=False):
            QgsSettings().setValue(f"proxy/proxy{name}", value)
        QgsSettings().setValue("proxy/noProxyUrls", ["http://intranet.example/maps"])
        manager.setupDefaultProxyAndCache()

    yield choose
    QgsSettings().remove("proxy")
    manager.setupDefaultProxyAndCache()


def test_without_a_proxy_nothing_is_set(qgis_app, tmp_path):
    QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()
    assert network_environment(tmp_path) == {}


def test_proxy_of_qgis_is_passed_on(proxy, tmp_path):
    proxy(True, "HttpProxy", "proxy.example", "3128", "ann", "w@rd:1")
    found = network_environment(tmp_path)
    assert found["HTTPS_PROXY"] == "http://ann:w%40rd%3A1@proxy.example:3128"
    assert found["https_proxy"] == found["HTTP_PROXY"] == found["HTTPS_PROXY"]
    assert found["no_proxy"] == "intranet.example"
    assert pip_environment(found, tmp_path, tmp_path)["HTTPS_PROXY"] == found["HTTPS_PROXY"]


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (QNetworkProxy.ProxyType.HttpProxy, "http://proxy:80"),
        (QNetworkProxy.ProxyType.Socks5Proxy, "socks5h://proxy:80"),
        (QNetworkProxy.ProxyType.NoProxy, None),
        (QNetworkProxy.ProxyType.DefaultProxy, None),
    ],
)
def test_address_of_a_proxy(kind, address):
    assert proxy_address(QNetworkProxy(kind, "proxy", 80)) == address


def test_certificates_that_the_user_added_are_written_for_pip_and_uv(
    qgis_app, tmp_path, monkeypatch
):
    class Manager:
        def databaseCAs(self):
            return ["a certificate"]

        def trustedCaCertsPemText(self):
            return b"-----BEGIN CERTIFICATE-----"

    monkeypatch.setattr("orthoscribe.plugin.network_settings.QgsApplication.authManager", Manager)
    found = network_environment(tmp_path)
    assert found["PIP_CERT"] == found["SSL_CERT_FILE"] == str(tmp_path / "certificates.pem")
    assert (tmp_path / "certificates.pem").read_bytes().startswith(b"-----BEGIN")


def test_hosts_without_a_proxy_are_no_addresses():
    assert no_proxy(["https://a.example:8080/x", "b", "", "b"]) == "a.example,b"
