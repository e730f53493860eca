export { type AccessLogEntry, Gateway, type GatewayOptions, type GatewayRoute } from './gateway.ts';
