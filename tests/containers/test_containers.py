"""What runs the controller elsewhere is right by the rules of those who will read it."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate  # type: ignore[import-untyped]  # it has none
import pytest
import yaml

CONTAINERS = Path(__file__).resolve().parents[2] / "containers"
BIN = Path(sys.executable).parent
DOCKERFILE = (CONTAINERS / "Dockerfile").read_text("utf-8")
MANIFESTS: list[dict[str, Any]] = list(
    yaml.safe_load_all((CONTAINERS / "kubernetes" / "controller.yaml").read_text("utf-8"))
)


def manifest(kind: str) -> dict[str, Any]:
    (found,) = [each for each in MANIFESTS if each["kind"] == kind]
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="hadolint comes for Linux")
def test_the_dockerfile_is_as_hadolint_wants_it() -> None:
    done = subprocess.run(
        [BIN / "hadolint", CONTAINERS / "Dockerfile"], capture_output=True, text=True, check=False
    )

    assert done.stdout == ""
    assert done.returncode == 0


def test_the_image_is_nobodys_and_has_no_prefect() -> None:
    last = DOCKERFILE.rpartition("\nFROM ")[2]

    assert "\nUSER 10001\n" in last
    assert "HEALTHCHECK" in last
    assert "embedded" not in DOCKERFILE
    copied = [line.split()[1] for line in DOCKERFILE.splitlines() if line.startswith("COPY ")]
    root = CONTAINERS.parent
    assert [
        name for name in copied if not name.startswith("--") and not (root / name).exists()
    ] == []


@pytest.mark.parametrize("version", ["1.29", "1.32", "1.34"])
def test_kubernetes_takes_the_manifests(version: str) -> None:
    for each in MANIFESTS:
        kubernetes_validate.validate(each, version, strict=True)


def test_a_manifest_that_is_wrong_is_refused() -> None:
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate({**manifest("Service"), "specs": {}}, "1.32", strict=True)


def test_the_controller_in_a_cluster_has_no_rights() -> None:
    pod = manifest("Deployment")["spec"]["template"]["spec"]
    (container,) = pod["containers"]

    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert manifest("Deployment")["spec"]["replicas"] == 1


def test_compose_takes_its_file() -> None:
    done = subprocess.run(
        [
            BIN / "check-jsonschema",
            "--builtin-schema",
            "vendor.compose-spec",
            CONTAINERS / "compose.yaml",
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "deploy-controller.service"
    text = (CONTAINERS / "deploy-controller.service").read_text("utf-8")
    unit.write_text(text.replace("/opt/deploy/bin/deploy", str(BIN / "deploy")), "utf-8")

    done = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False
    )

    assert [line for line in done.stderr.splitlines() if "deploy-controller" in line] == []
