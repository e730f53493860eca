/** LanceDB alone, without any code of srag: connects, opens the table and searches. */
import { connect } from '@lancedb/lancedb';
import { type OpenedCandidate, runCandidate } from '../child.ts';
import type { CandidateJob, Place } from '../jobs.ts';

interface Row {
  readonly id: string;
  readonly text: string;
  readonly _distance: number;
}

function storageOptions(place: Place): Record<string, string> {
  if (place.kind === 'disk') return {};
  return {
    endpoint: place.endpoint,
    region: place.region,
    allow_http: 'true',
    aws_access_key_id: place.credentials.accessKeyId,
    aws_secret_access_key: place.credentials.secretAccessKey,
    aws_virtual_hosted_style_request: 'false',
  };
}

async function open({ place, parameters }: CandidateJob): Promise<OpenedCandidate> {
  const uri = place.kind === 'disk' ? place.folder : `s3://${place.bucket}/${place.prefix}`;
  const connection = await connect(uri, { storageOptions: storageOptions(place) });
  const table = await connection.openTable('chunks');
  const { nprobes, ef, refineFactor } = parameters;
  return {
    async search({ vector }, topK) {
      const query = table.vectorSearch(vector!).distanceType('cosine');
      if (nprobes !== undefined) query.nprobes(nprobes);
      if (ef !== undefined) query.ef(ef);
      if (refineFactor !== undefined) query.refineFactor(refineFactor);
      const rows = (await query.select(['id', 'text', '_distance']).limit(topK).toArray()) as Row[];
      return {
        ids: rows.map(({ id }) => id),
        scores: rows.map(({ _distance }) => 1 - _distance),
        texts: rows.map(({ text }) => text),
      };
    },
    close: () => {
      table.close();
      connection.close();
    },
  };
}

await runCandidate(open);
