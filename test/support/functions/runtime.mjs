/** A runtime that uses only the documented Runtime API; its event or arguments inject faults. */
import http from 'node:http';

const root = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const call = (method, path, body, headers = {}) =>
  new Promise((resolve, reject) => {
    const request = http.request(root + path, { method, headers, agent: false }, async (response) => {
      const text = Buffer.concat(await response.toArray()).toString();
      resolve({ status: response.statusCode, headers: response.headers, text });
    });
    request.on('error', reject).end(body);
  });

if (process.argv[2] === 'init-error') {
  await call(
    'POST',
    '/init/error',
    JSON.stringify({ errorType: 'Custom.Init', errorMessage: 'no database' }),
    {
      'Lambda-Runtime-Function-Error-Type': 'Custom.Init',
    },
  );
  // The process should exit but does not, so that the sandbox must end it.
  setInterval(() => {}, 1_000);
} else {
  for (;;) {
    const { headers, text } = await call('GET', '/invocation/next');
    const id = headers['lambda-runtime-aws-request-id'];
    const told = {};
    const { ask } = JSON.parse(text);
    if (ask === 'unknown path') told.unknown = await call('GET', '/nothing');
    if (ask === 'wrong id') told.wrong = await call('POST', '/invocation/other/response', '1');
    if (ask === 'two polls') call('GET', '/invocation/next').catch(() => {});
    told.first = (await call('POST', `/invocation/${id}/response`, JSON.stringify({ headers, told }))).status;
    if (ask === 'twice')
      console.log(`second answer ${(await call('POST', `/invocation/${id}/response`, '2')).status}`);
  }
}
