import fc from 'fast-check';

/** Property tests try the same values each time, so that a run can be repeated; SRAG_PROPERTY_SEED tries others. */
fc.configureGlobal({ seed: Number(process.env.SRAG_PROPERTY_SEED ?? 20_261_123) });
