/** Particles of Korean nouns. */
export const KOREAN_PARTICLES: readonly string[] = (
  '에서는 으로는 까지는 부터는 에게서 에서도 으로도 이라는 에서 에게 으로 까지 부터 보다 처럼 이나 라는 하고 마다 조차 밖에 이란 ' +
  '에는 에도 은 는 이 가 을 를 에 로 와 과 의 도 만'
).split(' ');
