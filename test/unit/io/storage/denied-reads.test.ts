import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ObjectStorage, openStorage } from '../../../../src/io/storage/index.ts';
import { SignedReads } from '../../../../src/io/storage/s3/signed-reads.ts';
import { startLaptop } from '../../../support/laptop.ts';
import { type RoleProxy, startRoleProxy } from '../../../support/role-proxy.ts';

describe('a role that may list only its own prefix', () => {
  let laptop: Awaited<ReturnType<typeof startLaptop>>;
  let proxy: RoleProxy;
  const clients: Pick<ObjectStorage, 'read' | 'close'>[] = [];

  beforeAll(async () => {
    laptop = await startLaptop();
    proxy = await startRoleProxy(laptop.services.s3Endpoint, ['a place/own/']);
    const { location, s3 } = laptop.freshPlace('a place');
    const storage = await openStorage(location, { ...s3, endpoint: proxy.url });
    await storage.write('own/there', Buffer.from('x'));
    await storage.write('own/longer name', Buffer.from('x'));
    const { credentials } = s3!;
    const settings = { ...location, region: 'us-east-1', credentials: credentials!, endpoint: proxy.url };
    clients.push(storage, new SignedReads(settings));
  });
  afterAll(async () => {
    for (const client of clients) await client.close();
    await proxy.stop();
    await laptop.stop();
  });

  it.each([0, 1])(
    'gets OBJECT_NOT_FOUND for a missing object, although S3 denies the read (client %i)',
    async (at) => {
      const client = clients[at]!;
      await expect(client.read('own/missing')).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' });
      // A key that is only a prefix of another key counts as missing, too.
      await expect(client.read('own/longer')).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' });
      const range = { offset: 0, length: 1 };
      await expect(client.read('own/missing', { range })).rejects.toMatchObject({ code: 'OBJECT_NOT_FOUND' });
      expect((await client.read('own/there')).bytes).toHaveLength(1);
    },
  );

  it.each([0, 1])('gets ACCESS_DENIED outside its prefix (client %i)', async (at) => {
    await expect(clients[at]!.read('other/missing')).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  });
});
