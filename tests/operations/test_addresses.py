"""Where deliveries may go."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.addresses import AddressRefused, checked_url, host_of, resolved

PRIVATE = [
    "127.0.0.1",
    "10.0.0.5",
    "172.16.3.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fd00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
]


def found(*addresses):
    return lambda host, port: [(2, 1, 6, "", (one, port)) for one in addresses]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_stands_for_a_private_address_is_refused(address):
    with pytest.raises(AddressRefused, match="no public address"):
        resolved("hooks.example.com", 443, frozenset(), found(address))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_treated_alike_whether_it_is_mapped_into_ipv6_or_not(address):
    def refused(written):
        try:
            resolved("hooks.example.com", 443, frozenset(), found(written))
        except AddressRefused:
            return True
        return False

    assert refused(str(address)) == refused(f"::ffff:{address}")
    if ipaddress.ip_address(address).is_private:
        assert refused(str(address))


def test_one_private_address_among_public_ones_is_enough_to_refuse():
    with pytest.raises(AddressRefused):
        resolved("hooks.example.com", 443, frozenset(), found("93.184.215.14", "10.0.0.5"))


def test_a_public_address_is_connected_to_as_it_was_looked_up():
    assert resolved("hooks.example.com", 443, frozenset(), found("93.184.215.14")) == "93.184.215.14"
    assert resolved("hooks.example.com", 443, frozenset(), found("2606:2800:21f::1")) == "2606:2800:21f::1"


def test_a_host_that_is_allowed_by_name_may_be_private_and_no_other_is():
    assert resolved("hooks.internal", 443, {"hooks.internal"}, found("10.0.0.5")) == "10.0.0.5"
    with pytest.raises(AddressRefused):
        resolved("other.internal", 443, {"hooks.internal"}, found("10.0.0.5"))


def test_a_name_that_is_none_says_so():
    def nothing(host, port):
        raise OSError("no such host")

    with pytest.raises(AddressRefused, match="no such name"):
        resolved("hooks.example.com", 443, frozenset(), nothing)


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("http://hooks.example.com/x", "only https"),
        ("ftp://hooks.example.com/x", "no web address"),
        ("file:///etc/passwd", "no web address"),
        ("hooks.example.com", "no web address"),
        ("https://", "no web address"),
        ("https://user:s3cret@hooks.example.com/", "no user"),
        ("https://hooks.example.com/#x", "fragment"),
        ("https://127.0.0.1/x", "no public address"),
        ("https://[::1]/x", "no public address"),
        ("https://[::ffff:10.0.0.1]/x", "no public address"),
        ("https://169.254.169.254/latest", "no public address"),
        ("https://hooks.example.com:99999999/", "no web address"),
        ("https://hooks\x00.example.com/", "no web address"),
    ],
)
def test_an_address_that_nothing_is_sent_to_is_refused_when_it_is_added(address, problem):
    with pytest.raises(AddressRefused, match=problem) as caught:
        checked_url(address, frozenset())
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("written", ["127.1", "2130706433", "0x7f.1", "0177.0.0.1", "localhost", "LOCALHOST."])
def test_other_ways_to_write_this_machine_lead_nowhere(written):
    def look():
        return resolved(host_of(checked_url(f"https://{written}/x", frozenset())), 443, frozenset())

    with pytest.raises(AddressRefused):
        look()


def test_http_is_for_hosts_that_are_allowed():
    assert checked_url("http://127.0.0.1:8080/hook", {"127.0.0.1"}).port == 8080
