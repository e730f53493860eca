srag ingest handbook/ --location "s3://$BUCKET/handbook"
srag ask "How much is paid for a hotel night?" --location "s3://$BUCKET/handbook"
