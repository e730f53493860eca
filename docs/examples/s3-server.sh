mkdir -p s3-data/my-bucket
ROOT_ACCESS_KEY=local ROOT_SECRET_KEY=local-secret versitygw --port 127.0.0.1:7070 posix s3-data >versitygw.log 2>&1 &
export AWS_ENDPOINT_URL_S3=http://127.0.0.1:7070 AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local-secret
srag doctor --location s3://my-bucket/handbook
srag ingest handbook/ --location s3://my-bucket/handbook
srag ask "How much is paid for a hotel night?" --location s3://my-bucket/handbook
kill %1
