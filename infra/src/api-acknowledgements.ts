import type { Method, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { acknowledge } from './acknowledge.ts';
import type { AuthProps } from './props.ts';
import type { ResolvedProps } from './resolve-props.ts';

/** Why callers are not authenticated by a Cognito user pool. */
const NO_COGNITO: Readonly<Record<AuthProps['kind'], string>> = {
  iam: 'Requests are signed with AWS credentials (SigV4).',
  'api-key': 'Callers are programs with an API key.',
  jwt: 'Our own authorizer checks tokens of any OpenID issuer, which can be Cognito.',
  none: 'The owner of this deployment allows anonymous requests (auth: none).',
};
const NO_AUTHORIZER: Readonly<Partial<Record<AuthProps['kind'], string>>> = {
  'api-key': 'Methods require an API key; API Gateway nevertheless reports their authorization type as NONE.',
  none: 'The owner of this deployment allows anonymous requests (auth: none).',
};

/** Acknowledges the findings that rule packs report for every method. */
export function acknowledgeMethod(method: Method, kind: AuthProps['kind']): void {
  const reason = NO_AUTHORIZER[kind];
  acknowledge(method, {
    'AwsSolutions-COG4': NO_COGNITO[kind],
    ...(reason === undefined ? {} : { 'AwsSolutions-APIG4': reason }),
  });
}

/** Acknowledges the findings that rule packs report for the API. */
export function acknowledgeApi(api: RestApi, props: ResolvedProps): void {
  acknowledge(api, {
    'AwsSolutions-APIG2':
      'Functions validate every request against one schema and report the invalid field; a second schema in the gateway would eventually diverge from it.',
  });
  if (props.apiGatewayLogRole !== false) {
    acknowledge(api, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]':
        'API Gateway requires this policy, according to its documentation, for the role with which it writes the logs of all APIs of a region.',
    });
  }
  if (!props.waf) {
    acknowledge(api, {
      'AwsSolutions-APIG3':
        'A firewall costs money every month even without requests, so it is optional (waf). Without it, the stage and its methods are still throttled.',
    });
  }
}
