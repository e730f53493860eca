"""A runtime of somebody else's: it knows the documented Runtime API and nothing more."""
import json
import os
import urllib.request

ROOT = 'http://' + os.environ['AWS_LAMBDA_RUNTIME_API'] + '/2018-06-01/runtime'


def post(path, value):
    request = urllib.request.Request(ROOT + path, json.dumps(value).encode(), method='POST')
    return urllib.request.urlopen(request).status


while True:
    with urllib.request.urlopen(ROOT + '/invocation/next') as response:
        request_id = response.headers['Lambda-Runtime-Aws-Request-Id']
        headers = {name.lower(): value for name, value in response.headers.items()}
        event = json.load(response)
    if event.get('fail'):
        post('/invocation/' + request_id + '/error', {'errorType': 'Python.Failed', 'errorMessage': event['fail']})
    else:
        post('/invocation/' + request_id + '/response', {'event': event, 'headers': headers})
