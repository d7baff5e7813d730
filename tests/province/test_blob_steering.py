"""Pictures set and bundles taken away by an operator: in this process, over the API, by command."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from device.clock import SystemClock
from device.errors import InvalidField
from device.province_settings import PHOTO_BYTES, Photo
from province.__main__ import main
from province.folder import ProvinceFolder, with_table
from province.role import Role
from province.settings import read_province_configuration
from province.store import blobs, settings
from province.store.blobs import Purpose
from province.store.database import Database
from sync.contract.messages import Blob, Reply
from sync.contract.topics import UpName
from tests.province.pictures import noisy, picture
from tests.province.province_bench import ProvinceBench
from tests.province.simulated_device import SimulatedDevice
from tests.province.site import BEARER, Site

CLERK = {"clerk.C0231": "王芳"}


def photo(bench: ProvinceBench, device: SimulatedDevice) -> Photo | None:
    with bench.database.read() as connection:
        newest = settings.newest(connection, device.name)
    assert newest is not None
    (clerk,) = newest.body.clerks
    return clerk.photo


def meant(bench: ProvinceBench, device: SimulatedDevice, sha256: str) -> bool:
    with bench.database.read() as connection:
        return blobs.find(connection, device.name, sha256, Purpose.PHOTO) is not None


def test_a_photo_is_named_in_the_settings_by_hash_and_size(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    sha256 = bench.steering.keep_photo(picture())
    assert bench.steering.change_settings(device.name, {"clerk.C0231.photo": sha256, **CLERK}) == 1
    assert photo(bench, device) == Photo(sha256=sha256, size=bench.blobs.size(sha256) or 0)
    assert meant(bench, device, sha256)


def test_a_clerk_who_is_named_anew_keeps_the_photo(bench: ProvinceBench, device: SimulatedDevice) -> None:
    sha256 = bench.steering.keep_photo(picture())
    bench.steering.change_settings(device.name, {"clerk.C0231.photo": sha256, **CLERK})
    bench.steering.change_settings(device.name, {"clerk.C0231": "王小芳"})
    assert photo(bench, device) is not None
    bench.steering.change_settings(device.name, {"clerk.C0231.photo": ""})
    assert photo(bench, device) is None
    assert not meant(bench, device, sha256)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"clerk.C9.photo": "0" * 64}, r"^clerk\.C9\.photo: there is no clerk C9; set clerk\.C9 too$"),
        ({**CLERK, "clerk.C0231.photo": "0" * 64}, r"^clerk\.C0231\.photo: names no picture that is held"),
        ({**CLERK, "clerk.C0231.photo": "../../ca/ca.key"}, r"names no picture that is held"),
    ],
)
def test_a_photo_that_cannot_be_changes_nothing(
    bench: ProvinceBench, device: SimulatedDevice, changes: dict[str, str], why: str
) -> None:
    with pytest.raises(InvalidField, match=why):
        bench.steering.change_settings(device.name, changes)
    assert bench.steering.settings(device.name)["version"] is None


def test_whole_settings_may_name_only_pictures_that_are_held(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    sha256 = bench.steering.keep_photo(picture())
    size = bench.blobs.size(sha256)

    def body(sha256: str, size: int | None) -> object:
        return {"clerks": [{"id": "C1", "shown": "王芳", "photo": {"sha256": sha256, "size": size}}]}

    for wrong in (body("0" * 64, 5), body(sha256, 5)):
        with pytest.raises(InvalidField, match=r"^clerks\.photo: no picture"):
            bench.steering.replace_settings(device.name, wrong)
    assert bench.steering.replace_settings(device.name, body(sha256, size)) == 1
    assert meant(bench, device, sha256)


def test_a_picture_a_device_could_not_take_is_an_alarm(bench: ProvinceBench, device: SimulatedDevice) -> None:
    reply = Reply(outcome="refused", blob=Blob(sha256="0" * 64, size=5), why="it has more")
    bench.say(device, UpName.REPLY, device.wrap(reply, UpName.REPLY))
    assert bench.alarm_codes() == ["blob_refused"]


def brought(bench: ProvinceBench, device: SimulatedDevice, content: bytes) -> str:
    """A bundle that was asked for and is here; its order."""
    order = bench.steering.order(device.name, "collect_logs", {})
    sha256 = bench.blobs.keep(content)
    reply = Reply(outcome="done", order=order, blob=Blob(sha256=sha256, size=len(content)))
    bench.say(device, UpName.REPLY, device.wrap(reply, UpName.REPLY))
    with bench.database.write() as connection:
        blobs.note_kept(connection, device.name, sha256, at="2026-11-22T10:15:00.000+08:00")
    return order


def test_the_api_takes_pictures_and_gives_bundles_to_operators(
    bench: ProvinceBench, device: SimulatedDevice
) -> None:
    order = brought(bench, device, b"logs")
    sha256 = hashlib.sha256(b"logs").hexdigest()
    bundles = f"/api/v1/devices/{device.name}/bundles"
    with Site(bench) as site:
        body = {"content": base64.b64encode(picture()).decode()}
        answer = site.client.post("/api/v1/photos", json=body, headers=BEARER)
        assert bench.blobs.size(answer.json()["sha256"])
        for wrong in ("!", base64.b64encode(b"no picture").decode(), "A" * (PHOTO_BYTES * 2)):
            answer = site.client.post("/api/v1/photos", json={"content": wrong}, headers=BEARER)
            assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
        (entry,) = site.get(bundles).json()["bundles"]
        assert (entry["sha256"], entry["size"], entry["order"]) == (sha256, 4, order)
        assert site.get(f"{bundles}/{sha256}").content == b"logs"
        assert site.get(f"{bundles}/{'0' * 64}").status_code == 404
        assert site.get(f"/api/v1/devices/dev-002/bundles/{sha256}").status_code == 404
        viewer = bench.office.make_token("a viewer", role=Role.VIEWER, hall=None)
        for path in (bundles, f"{bundles}/{sha256}"):
            assert site.get(path, token=viewer).status_code == 403
        answer = site.client.post("/api/v1/photos", json=body, headers={"Authorization": f"Bearer {viewer}"})
        assert answer.status_code == 403


class Made:
    """A province made by `init`, with one registered device; driven by commands in this process."""

    def __init__(self, folder: Path) -> None:
        self.files = ProvinceFolder(folder)
        self.device = SimulatedDevice("dev-001", SystemClock().now().wall)
        self.run(*INIT, "--dir", folder)
        csr = folder / "device.csr"
        csr.write_bytes(self.device.request())
        register = ("--csr", csr, "--window", "W07", "--assignment", 1, "--out", folder / "out")
        self.run("devices", "add", "--config", self.files.config, *register)

    def run(self, *arguments: object, exit_code: int = 0) -> str:
        done = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert done.exit_code == exit_code, done.output
        return done.output

    def command(self, *words: str, exit_code: int = 0, **options: object) -> str:
        given = [part for name, value in options.items() for part in (f"--{name}", value)]
        known = ("--config", self.files.config, "--device", self.device.name)
        nouns = words[:2] if words[0] == "settings" else words[:1]
        words = words[len(nouns) :]
        return self.run(*nouns, *known, *words, *given, exit_code=exit_code)


INIT = ("init", "--mqtt-port", 1, "--web-port", 3)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path / "province")


def test_init_makes_the_listener_for_devices_and_brings_an_older_folder_up_to_date(made: Made) -> None:
    config = read_province_configuration(made.files.config).device_web
    assert (config.host, config.port, config.most_kib) == ("127.0.0.1", 4, 2048)
    assert config.blobs == made.files.root / "blobs"
    text = made.files.config.read_text("utf-8")
    older, _, _ = text.partition("[device_web]")
    made.files.config.write_text(older, "utf-8")
    assert read_province_configuration(made.files.config).device_web.certificate is None
    (made.files.root / "device_web.crt").unlink()
    (made.files.root / "device_web.key").unlink()
    made.run(*INIT, "--dir", made.files.root, "--device-port", 7)
    made.run("check", "--config", made.files.config)
    upgraded = made.files.config.read_text("utf-8")
    assert upgraded == text.replace("port = 4", "port = 7")
    assert with_table(upgraded, "device_web", "[device_web]") == upgraded


def test_a_certificate_without_its_key_is_told(made: Made) -> None:
    text = made.files.config.read_text("utf-8")
    made.files.config.write_text(text.replace('key = "device_web.key"\n', ""), "utf-8")
    said = made.run("check", "--config", made.files.config, exit_code=78)
    assert "device_web.key: is missing beside the other" in said
    (made.files.root / "device_web.crt").write_text("no certificate")
    made.files.config.write_text(text, "utf-8")
    assert "device_web.certificate" in made.run("check", "--config", made.files.config, exit_code=78)


def test_the_command_sets_the_picture_in_a_file(made: Made, tmp_path: Path) -> None:
    file = tmp_path / "wang.png"
    file.write_bytes(picture("PNG", (600, 800)))
    made.command("settings", "set", "clerk.C0231=王芳", f"clerk.C0231.photo={file}")
    shown = made.command("settings", "show")
    held = [path.name for path in (made.files.root / "blobs").iterdir()]
    assert len(held) == 1
    assert held[0] in shown


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (noisy(PHOTO_BYTES + 1), "allowed: at most 262144"),
        (b"no picture", "is not a JPEG or PNG picture"),
        (None, "cannot be read: No such file"),
    ],
    ids=["too large", "no picture", "no file"],
)
def test_a_file_that_cannot_be_set_changes_nothing(
    made: Made, tmp_path: Path, content: bytes | None, why: str
) -> None:
    file = tmp_path / "wang.png"
    if content is not None:
        file.write_bytes(content)
    pairs = ("clerk.C0231=王芳", f"clerk.C0231.photo={file}")
    assert why in made.command("settings", "set", *pairs, exit_code=1)
    assert made.command("settings", "show").startswith("version -,")


def test_the_command_takes_a_bundle_away(made: Made, tmp_path: Path) -> None:
    out = tmp_path / "bundle.tar.gz"
    said = made.command("bundle", exit_code=1, out=out)
    assert "no such bundle of device dev-001 is here; order collect_logs" in said
    config = read_province_configuration(made.files.config)
    sha256 = hashlib.sha256(b"logs").hexdigest()
    with Database(config.database.url) as database, database.write() as connection:
        blobs.ask_bundle(connection, "dev-001", sha256=sha256, size=4, order="o-1", at="2026-11-22")
    assert "is announced and on its way" in made.command("bundle", exit_code=1, out=out)
    with Database(config.database.url) as database, database.write() as connection:
        blobs.note_kept(connection, "dev-001", sha256, at="2026-11-22")
    assert "is not what the device brought" in made.command("bundle", exit_code=1, out=out)
    (made.files.root / "blobs").mkdir()
    (made.files.root / "blobs" / sha256).write_bytes(b"logs")
    made.command("bundle", out=out, order="o-1")
    assert out.read_bytes() == b"logs"
    assert "no such bundle" in made.command("bundle", exit_code=1, out=out, order="o-2")
