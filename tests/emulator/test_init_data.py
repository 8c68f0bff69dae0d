"""A Mini App's data is signed as Telegram signs it: aiogram's own checks take it, and take nothing that was changed."""

from aiogram.utils.web_app import check_webapp_signature as fits_the_token
from aiogram.utils.web_app import parse_webapp_init_data
from aiogram.utils.web_app_signature import check_webapp_signature as fits_the_public_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.emulator import TOKEN, VirtualClock, World
from bot.emulator.init_data import init_data

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = KEY.public_key().public_bytes_raw()


def test_both_signatures_fit_the_person_and_the_time_of_the_clock() -> None:
    world = World(VirtualClock())
    person = world.user("Намуна", language_code="tg")
    given = init_data(world, person, sign=KEY.sign)
    assert fits_the_token(TOKEN, given)
    assert fits_the_public_key(world.account_id, given, PUBLIC)
    read = parse_webapp_init_data(given)
    assert read.user is not None
    assert (read.user.id, read.user.first_name) == (person.user_id, "Намуна")
    assert read.auth_date == world.now()


def test_what_was_changed_or_is_of_another_account_fits_neither() -> None:
    world = World(VirtualClock())
    given = init_data(world, world.user(), sign=KEY.sign)
    changed = given.replace("auth_date=1", "auth_date=2")
    assert changed != given
    assert not fits_the_token(TOKEN, changed)
    assert not fits_the_public_key(world.account_id, changed, PUBLIC)
    assert not fits_the_token("8" + TOKEN[1:], given)
    assert not fits_the_public_key(world.account_id + 1, given, PUBLIC)
    assert not fits_the_public_key(world.account_id, given, bytes(31) + b"\x01")
