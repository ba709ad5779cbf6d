"""An S3-compatible store of the tests' own: moto's server over real HTTP."""

import logging
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import boto3

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "for-tests", "AWS_SECRET_ACCESS_KEY": "for-tests", "AWS_DEFAULT_REGION": "eu-west-2"}


@contextmanager
def started_s3() -> Iterator[str]:
    """Start the server on a free port, give the address of an empty bucket's prefix, stop it."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with patch.dict(os.environ, CREDENTIALS):
        yield new_bucket(f"http://{host}:{port}")
    server.stop()


def new_bucket(endpoint: str) -> str:
    """Make a bucket on a running server and return its storage address."""
    name = f"bucket-{uuid.uuid4().hex[:12]}"
    client = boto3.client("s3", endpoint_url=endpoint)
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": CREDENTIALS["AWS_DEFAULT_REGION"]})
    client.close()
    return f"s3://{name}/kept?endpoint={endpoint}"
