export { Laptop, type LaptopOptions } from './laptop.ts';
export { NOT_MODELLED } from './not-modelled.ts';
export * from './services/index.ts';
export * from './state-machine/index.ts';
