from datetime import timedelta

import jwt
import pytest

from deploy.local.keys import AUDIENCE, Keys


@pytest.fixture
def keys(tmp_path):
    keys = Keys(tmp_path / "keys")
    keys.create()
    return keys


def read(keys, token):
    public = keys.public_key.read_bytes()
    return jwt.decode(token, public, algorithms=["EdDSA"], audience=AUDIENCE)


def test_a_token_says_who_may_do_what_for_whom(keys):
    token = keys.token("city_lead", ["tr-istanbul", "al-tirana"], subject="ayse")

    claims = read(keys, token)

    assert claims["sub"] == "ayse"
    assert claims["role"] == "city_lead"
    assert claims["cities"] == ["al-tirana", "tr-istanbul"]
    assert claims["exp"] - claims["iat"] == 12 * 3600


def test_a_token_without_a_subject_is_its_roles(keys):
    assert read(keys, keys.token("organiser"))["sub"] == "organiser"


def test_a_token_expires(keys):
    token = keys.token("organiser", ttl=timedelta(seconds=-1))

    with pytest.raises(jwt.ExpiredSignatureError):
        read(keys, token)


def test_another_installations_token_is_refused(keys, tmp_path):
    other = Keys(tmp_path / "other")
    other.create()

    with pytest.raises(jwt.InvalidSignatureError):
        read(keys, other.token("organiser"))


def test_what_signs_is_for_its_owner_alone(keys):
    modes = {path.name: path.stat().st_mode & 0o777 for path in keys.public_key.parent.iterdir()}

    assert modes == {"token.key.pem": 0o600, "token.public.pem": 0o644, "link.secret": 0o600}


def test_keys_are_made_once(keys, tmp_path):
    secret, token = keys.link_secret, keys.token("organiser")
    again = Keys(tmp_path / "keys")

    again.create()

    assert again.link_secret == secret
    assert read(again, token)["role"] == "organiser"
