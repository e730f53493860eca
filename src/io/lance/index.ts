export * from './columns.ts';
export * from './connect.ts';
export * from './errors.ts';
export * from './native.ts';
export * from './sql.ts';
