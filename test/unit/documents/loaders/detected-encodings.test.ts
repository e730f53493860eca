import { describe, expect, it } from 'vitest';
import { documentOf, failureOf } from './load-all.ts';

describe('undeclared encodings', () => {
  it.each([
    [
      'cp949',
      'c8deb0a120bdc5c3bbc0ba20c0cebbe7c6c0bfa120b9aec0c7c7cfbcbcbfe42e',
      '휴가 신청은 인사팀에 문의하세요.',
    ],
    ['cp949', 'bcadbfef', '서울'],
    [
      'cp949',
      'bcb3b7b7c5c120b0a1b0ddc7a50ab0a5baf1c5c120392c303030bff80ab3c3b8e920382c303030bff8',
      '설렁탕 가격표\n갈비탕 9,000원\n냉면 8,000원',
    ],
    [
      'cp949',
      'd3def9dbdac5cfd020c7e5b9fd20c1a631c1b620b4ebc7d1b9ceb1b9c0ba20b9cec1d6b0f8c8adb1b9c0ccb4d92e',
      '大韓民國 헌법 제1조 대한민국은 민주공화국이다.',
    ],
    ['gbk', 'c7ebd4dac3bfd4c2cee5c8d5c7b0cce1bdbbb1a8cffab5a5a1a3', '请在每月五日前提交报销单。'],
    [
      'gb18030',
      'b2d6bfe2d4bfb3d7d4dab1a3b0b2cad2a3acb4f2d3a1bbfad4dac8fdc2a5b8b4d3a1cad2a1a3',
      '仓库钥匙在保安室，打印机在三楼复印室。',
    ],
    [
      'gbk',
      'b0b2d7b0b2bdd6e8a3ba0a312e20cfc2d4d8c8edbcfeb0fc0a322e20bde2d1b9cbf50a332e20d4cbd0d02073657475702e657865',
      '安装步骤：\n1. 下载软件包\n2. 解压缩\n3. 运行 setup.exe',
    ],
    ['gbk', '54686520b4f2d3a1bbfa206973206f6e20666c6f6f722033', 'The 打印机 is on floor 3'],
    ['big5', 'bdd0a662a843a4eba4ada4e9ab65b4a3a5e6b3f8be50b3e6a143', '請在每月五日前提交報銷單。'],
    ['big5', 'a578a55fa5abac46a9b2a4bda769', '台北市政府公告'],
    ['gbk', 'd588d4dac3bfd4c2cee5c8d5c7b0cce1bdbb88f3e44e86ce93fea1a3', '請在每月五日前提交報銷單據。'],
    ['shift_jis', '89ef8fea82cd938c8b9e82cc907d8f918ad982c582b78142', '会場は東京の図書館です。'],
    [
      'euc-jp',
      'b2f1beeca4cfc5ecb5fea4cebfdebdf1b4dba4c7a4b9a1a3a5d7a5eaa5f3a5bfa1bca4cfbbb0b3aca4cba4a2a4eaa4dea4b9a1a3',
      '会場は東京の図書館です。プリンターは三階にあります。',
    ],
    [
      'shift_jis',
      '8376838a8393835e815b82cc97708e8682cd91718cc982c982a082e882dc82b78142',
      'プリンターの用紙は倉庫にあります。',
    ],
    [
      'iso2022_jp',
      '1b244232713e6c244f456c357e244e3f5e3d71345b2447243921231b2842',
      '会場は東京の図書館です。',
    ],
    ['euc-jp', 'a4aac3cea4e9a4bb', 'お知らせ'],
    [
      'cp1252',
      '4c92e974e920e0206c6120706c61676520636ffb746520323020802e20566f696ce020aba064657578a0bb206964e9657385',
      'L’été à la plage coûte 20 €. Voilà « deux » idées…',
    ],
    [
      'latin-1',
      '4772f6df6520fc62657220616c6c65733a20c4726765722c20d66c2c20dc62756e672e2053747261df65',
      'Größe über alles: Ärger, Öl, Übung. Straße',
    ],
    [
      'latin-1',
      'bf44f36e646520657374e120656c206e69f16f3f20a1417175ed21205365f1616c206eba20352c20323520ba43',
      '¿Dónde está el niño? ¡Aquí! Señal nº 5, 25 ºC',
    ],
    [
      'latin-1',
      '41207265756e69e36f206ee36f20636f6d65e76172e120e073206e6f76652e20496e666f726d61e7e36f',
      'A reunião não começará às nove. Informação',
    ],
    ['latin-1', '52f8646772f864206d656420666cf864652070e520e6626c65', 'Rødgrød med fløde på æble'],
    [
      'latin-1',
      '3520b56d2c203130206db22c2033d7342c20b1302e3520b0432c20a332302c20a7352c20bd20637570',
      '5 µm, 10 m², 3×4, ±0.5 °C, £20, §5, ½ cup',
    ],
    ['latin-1', '52c953554dc9204445204c27414e4ec9453a20c9434f4c45', "RÉSUMÉ DE L'ANNÉE: ÉCOLE"],
    ['latin-1', '5afc72696368', 'Zürich'],
  ])('are detected: %s (%s)', async (_, hex, text) => {
    expect((await documentOf('a.txt', Buffer.from(hex, 'hex'))).text).toBe(text);
  });

  it.each([
    [
      'cp1251',
      'cff0e8edf2e5f020ede0f5eee4e8f2f1ff20ede020f2f0e5f2fce5ec20fdf2e0e6e52e',
      'Принтер находится на третьем этаже.',
    ],
    [
      'koi8-r',
      'f0d2c9ced4c5d220cec1c8cfc4c9d4d3d120cec120d4d2c5d4d8c5cd20dcd4c1d6c52e',
      'Принтер находится на третьем этаже.',
    ],
    [
      'iso-8859-7',
      'cf20e5eaf4f5f0f9f4def220e5dfede1e920f3f4efed20f4f1dff4ef20fcf1eff6ef2e',
      'Ο εκτυπωτής είναι στον τρίτο όροφο.',
    ],
    [
      'cp1250',
      '5a61bff3b3e62067ea9c6cb9206a619ff12c206472756b61726b61206a657374206e612074727a6563696d207069ea74727a65',
      'Zażółć gęślą jaźń, drukarka jest na trzecim piętrze',
    ],
    [
      'cp1250',
      '50f8ed6c699a209e6c759d6f75e86bfd206bf9f220fa70ec6c20efe162656c736be920f36479',
      'Příliš žluťoučký kůň úpěl ďábelské ódy',
    ],
    ['cp1254', '59617afd63fd20fce7fc6e63fc206b617474612c20fe69726b6574', 'Yazıcı üçüncü katta, şirket'],
    ['cp874', 'e0a4c3d7e8cda7bed4c1beeccdc2d9e8aad1e9b9cad2c1', 'เครื่องพิมพ์อยู่ชั้นสาม'],
    ['cp1255', 'e4eee3f4f1fa20e1f7e5eee420e4f9ece9f9e9fa', 'המדפסת בקומה השלישית'],
    ['cp1256', 'c7e1d8c7c8dac920dded20c7e1d8c7c8de20c7e1cbc7e1cb', 'الطابعة في الطابق الثالث'],
  ])('are rejected if ambiguous: %s', async (_, hex) => {
    expect(await failureOf('a.txt', Buffer.from(hex, 'hex'))).toMatchObject({ code: 'UNKNOWN_ENCODING' });
  });
});

describe('invalid bytes', () => {
  it.each([
    [
      'declared UTF-8',
      '<meta charset="utf-8"><p>Caf\xe9 au lait is served at ten o\'clock.',
      "Caf\ufffd au lait is served at ten o'clock.",
    ],
    [
      'declared EUC-KR',
      `<meta charset=euc-kr><p>${Buffer.from('bec8b3e7', 'hex').toString('latin1')} and \xff more text than that`,
      '안녕 and \ufffd more text than that',
    ],
    [
      'evident UTF-8',
      `<p>${Buffer.from('안녕하세요. 검색 시험').toString('latin1')} \xff`,
      '안녕하세요. 검색 시험 \ufffd',
    ],
  ])('become U+FFFD in a page of %s', async (_, page, text) => {
    expect((await documentOf('a.html', Buffer.from(page, 'latin1'))).text).toBe(text);
  });

  it('cause a text to be rejected if there are many', async () => {
    const page = Buffer.from(`<meta charset="utf-8"><p>${'\xc3\xff\x81 '.repeat(40)}`, 'latin1');
    expect(await failureOf('a.html', page)).toMatchObject({ code: 'UNKNOWN_ENCODING' });
  });

  it('are removed if they are NUL bytes and there are only a few', async () => {
    const { text } = await documentOf('a.html', '<p>The oven is cle\0aned on Mondays.\0</p>');
    expect(text).toBe('The oven is cleaned on Mondays.');
  });
});

describe('the encoding declaration of a page', () => {
  const body = Buffer.from('<p>Caf\xe9, sk\xf8n \xbe', 'latin1').toString('latin1');
  it.each([
    ['after a long comment', `<title>x</title><!-- ${'x'.repeat(5_000)} --><meta charset="iso-8859-1">`],
    ['after a long script', `<script>${'if (a < b) c(); '.repeat(500)}</script><meta charset=latin1>`],
    ['in an http-equiv element', `<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-1">`],
    ['of XML', '<?xml version="1.0" encoding="iso-8859-1"?>'],
  ])('is found %s', async (_, head) => {
    const { text } = await documentOf('a.html', Buffer.from(head + body, 'latin1'));
    expect(text).toBe('Café, skøn ¾');
  });

  it('is ignored in a comment, a script or the body', async () => {
    const page = `<!-- <meta charset="koi8-r"> --><script>'<meta charset="koi8-r">'</script><body><p>Caf\xe9<meta charset="koi8-r">`;
    expect((await documentOf('a.html', Buffer.from(page, 'latin1'))).text).toBe('Café');
  });
});
