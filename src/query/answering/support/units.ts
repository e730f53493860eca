/** A unit of measurement. Within one dimension, values multiplied by `factor` are comparable. */
export interface Unit {
  readonly dimension: string;
  readonly factor: number;
}

/** Dimension, then factor and names; a name may belong to several units (`m`: minute, metre). */
const TABLE = `
time .001 ms msec millisecond 밀리초
time 1 s sec second 초
time 60 m min minute 분
time 3600 h hr hour 시간
time 86400 d day 일 일간
time 604800 w wk week 주 주일 주간
month 1 mo month 개월 달
month 12 y yr year 년 년간 해
month 120 decade
month 1200 century
data .125 bit 비트
data 1 b byte 바이트
data 1e3 kb kib kilobyte kibibyte 킬로바이트
data 1e6 mb mib megabyte mebibyte 메가바이트 메가
data 1e9 gb gib gig gigabyte gibibyte 기가바이트 기가
data 1e12 tb tib terabyte tebibyte 테라바이트 테라
data 1e15 pb pib petabyte
rate 1e3 kbps
rate 1e6 mbps
rate 1e9 gbps
length .001 mm millimeter millimetre 밀리미터
length .01 cm centimeter centimetre 센티미터 센티
length 1 m meter metre 미터
length 1000 km kilometer kilometre 킬로미터
length .0254 inch 인치
length .3048 ft foot feet 피트
length .9144 yd yard
length 1609.344 mi mile 마일
mass .001 mg milligram 밀리그램
mass 1 g gram 그램
mass 1000 kg kilo kilogram 킬로그램 킬로
mass 1e6 t ton tonne 톤
mass 453.592 lb pound 파운드
mass 28.35 oz ounce
volume .001 ml milliliter millilitre 밀리리터
volume 1 l liter litre 리터
volume 3.785 gal gallon 갤런
celsius 1 °c celsius 도 degree ° 섭씨
fahrenheit 1 °f fahrenheit 도 degree ° 화씨
percent 1 % percent pct percentage 퍼센트 프로
usd 1 $ usd dollar 달러
usd .01 ¢ cent
eur 1 € eur euro 유로
eur .01 cent
gbp 1 £ gbp pound 파운드
jpy 1 ¥ jpy yen 엔
cny 1 ¥ cny rmb yuan 위안
krw 1 ₩ krw won 원
frequency 1 hz hertz 헤르츠
frequency 1e3 khz
frequency 1e6 mhz
frequency 1e9 ghz
power 1 w watt 와트
power 1e3 kw kilowatt 킬로와트
power 1e6 mw megawatt
energy 1 kwh
voltage 1 v volt 볼트
times 1 x times fold 배
`;

const UNITS = new Map<string, Unit[]>();
for (const line of TABLE.trim().split('\n')) {
  const [dimension = '', factor = '', ...names] = line.split(' ');
  for (const name of names) {
    const units = UNITS.get(name) ?? [];
    units.push({ dimension, factor: Number(factor) });
    UNITS.set(name, units);
  }
}

/** Korean units, longest first, because particles follow them without a space. */
const KOREAN = [...UNITS.keys()]
  .filter((name) => /^\p{Script=Hangul}/u.test(name))
  .sort((left, right) => right.length - left.length);

/** The units that a word names in the singular or plural; empty for other words. */
export function unitsNamed(lower: string): readonly Unit[] {
  if (/^\p{Script=Hangul}/u.test(lower)) {
    const name = KOREAN.find((unit) => lower.startsWith(unit));
    return (name !== undefined && UNITS.get(name)) || [];
  }
  const singular = lower.length > 2 ? lower.replace(/s$/, '') : lower;
  return (
    UNITS.get(lower) ?? UNITS.get(singular) ?? UNITS.get(lower.replace(/ies$/, 'y').replace(/es$/, '')) ?? []
  );
}

/** Whether a character is a currency symbol, which may precede its number. */
export const isCurrency = (sign: string): boolean => '$€£¥₩'.includes(sign);
