"""The steps that Prefect's own packages have, and what they take."""

from collections.abc import Mapping as Values
from dataclasses import dataclass

CORE = "prefect.deployments.steps"


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """What a step does and takes: `arguments` is None where it takes anything."""

    does: str
    needs: tuple[str, ...] = ()
    arguments: tuple[str, ...] | None = None


_GIT = (
    *("repository", "branch", "commit_sha", "include_submodules", "access_token"),
    *("credentials", "directories", "clone_directory_name"),
)
_SHELL = ("script", "directory", "env", "stream_output", "expand_env_vars", "shell")
_PIP = ("directory", "requirements_file", "stream_output")
_BLOCK = ("block_document_name", "block_type_slug")

# Source: the signatures in Prefect 3.8's packages of these names. Where a function passes
# what it does not know on to a library, its arguments are left open.
FUNCTIONS: Values[str, Function] = {
    f"{CORE}.git_clone": Function(
        does="Clones a Git repository.", needs=("repository",), arguments=_GIT
    ),
    f"{CORE}.agit_clone": Function(
        does="Clones a Git repository.", needs=("repository",), arguments=_GIT
    ),
    f"{CORE}.set_working_directory": Function(
        does="Changes to a folder.", needs=("directory",), arguments=("directory",)
    ),
    f"{CORE}.run_shell_script": Function(
        does="Runs a script; its outputs are `stdout` and `stderr`.",
        needs=("script",),
        arguments=_SHELL,
    ),
    f"{CORE}.pip_install_requirements": Function(
        does="Installs what a requirements file names.", arguments=_PIP
    ),
    f"{CORE}.pull_from_remote_storage": Function(
        does="Fetches a folder from a file system that fsspec knows.", needs=("url",)
    ),
    f"{CORE}.pull_with_block": Function(
        does="Fetches the code with a storage block.", needs=_BLOCK, arguments=_BLOCK
    ),
    "prefect_docker.deployments.steps.build_docker_image": Function(
        does="Builds an image; its output is `image`.", needs=("image_name",)
    ),
    "prefect_docker.deployments.steps.push_docker_image": Function(
        does="Pushes an image to its registry.", needs=("image_name",)
    ),
    "prefect_aws.deployments.steps.push_to_s3": Function(
        does="Uploads the project to S3.", needs=("bucket", "folder")
    ),
    "prefect_aws.deployments.steps.pull_from_s3": Function(
        does="Fetches the project from S3.", needs=("bucket", "folder")
    ),
    "prefect_gcp.deployments.steps.push_to_gcs": Function(
        does="Uploads the project to Google Cloud Storage.", needs=("bucket", "folder")
    ),
    "prefect_gcp.deployments.steps.pull_from_gcs": Function(
        does="Fetches the project from Google Cloud Storage.", needs=("bucket", "folder")
    ),
    "prefect_azure.deployments.steps.push_to_azure_blob_storage": Function(
        does="Uploads the project to Azure Blob Storage.", needs=("container", "folder")
    ),
    "prefect_azure.deployments.steps.pull_from_azure_blob_storage": Function(
        does="Fetches the project from Azure Blob Storage.", needs=("container", "folder")
    ),
}
