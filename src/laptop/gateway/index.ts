export { type AccessLogEntry, type FunctionRoute, Gateway, type GatewayOptions } from './gateway.ts';
