"""What servers that speak S3 have in common."""

import datetime
import hashlib
import hmac

from .server import BUCKET, KEY, REGION, SECRET, Server, request


class S3Server(Server):
    """A server with one bucket, asked in path style."""

    def make_bucket(self) -> tuple[int, bytes]:
        """PUT /bucket, signed as AWS wants it (version 4)."""
        now = datetime.datetime.now(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
        day, host = now[:8], f"127.0.0.1:{self.port}"
        nothing = hashlib.sha256(b"").hexdigest()
        signed = "host;x-amz-content-sha256;x-amz-date"
        canonical = (
            f"PUT\n/{BUCKET}\n\nhost:{host}\nx-amz-content-sha256:{nothing}\nx-amz-date:{now}\n\n{signed}\n{nothing}"
        )
        scope = f"{day}/{REGION}/s3/aws4_request"
        to_sign = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = f"AWS4{SECRET}".encode()
        for part in (day, REGION, "s3", "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
        authorization = f"AWS4-HMAC-SHA256 Credential={KEY}/{scope}, SignedHeaders={signed}, Signature={signature}"
        headers = {"Authorization": authorization, "x-amz-content-sha256": nothing, "x-amz-date": now}
        return request("PUT", f"{self.base}/{BUCKET}", headers)

    def uri(self) -> str:
        """Path style is what a URI with an endpoint means."""
        return f"s3://{BUCKET}?region={REGION}&endpoint={self.base}&allow_http=true"
