import fc from 'fast-check';

/** Property tests use a fixed seed, so that runs can be repeated; SRAG_PROPERTY_SEED selects another one. */
fc.configureGlobal({ seed: Number(process.env.SRAG_PROPERTY_SEED ?? 20_261_123) });
