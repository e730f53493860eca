/**
 * Headings that name a section's role instead of its subject, and labels of notes. Repeated headings are found by
 * counting; this list covers collections that are too small for that.
 */
const GENERIC = new Set(
  `abstract|about|additional resources|appendix|arguments|background|changelog|conclusion|contents|definition|
description|details|documentation|error|errors|example|examples|faq|features|further reading|general|getting started|
how it works|how to use|important|info|information|input|installation|install|introduction|learn more|licence|license|
links|more|more information|next steps|note|notes|options|output|overview|parameters|prerequisites|quick start|
quickstart|readme|recap|references|related|related information|related resources|related topics|remarks|requirements|
response|request|resources|results|see also|setup|steps|summary|syntax|table of contents|tip|tips|topics|
troubleshooting|tutorial|usage|use cases|warning|warnings|what's next|caution|danger|
개요|소개|서론|머리말|요약|정리|결론|예|예시|예제|사용법|사용 방법|설치|설치 방법|시작하기|참고|참고 사항|참고 자료|참고 문헌|
더 알아보기|다음 단계|목차|부록|요구 사항|필요 조건|전제 조건|설명|오류|매개변수|기타|관련 문서|관련 자료|주의|주의 사항|중요|팁|경고|정보|배경|
はじめに|概要|まとめ|目次|参考|参考文献|使い方|使用方法|例|付録|前提条件|次のステップ|関連項目|注意|注|インストール|
概述|简介|引言|介绍|总结|示例|例子|用法|安装|参考|参考资料|目录|附录|先决条件|下一步|注意|提示|警告|
einleitung|einführung|überblick|übersicht|zusammenfassung|beispiel|beispiele|inhalt|inhaltsverzeichnis|voraussetzungen|
nächste schritte|siehe auch|anhang|literatur|hinweis|hinweise|fazit|verwendung|
aperçu|résumé|exemple|exemples|prérequis|voir aussi|annexe|sommaire|références|remarque|remarques|utilisation|
introducción|resumen|ejemplo|ejemplos|conclusión|requisitos|véase también|índice|anexo|referencias|nota|notas|uso|
introdução|visão geral|resumo|exemplo|exemplos|conclusão|pré-requisitos|veja também|referências|
introduzione|panoramica|riepilogo|esempio|esempi|conclusione|prerequisiti|vedi anche|riferimenti`
    .replaceAll('\n', '')
    .split('|'),
);

/** A number before a heading: `2.1`, `Step 3:`, `제1장`. */
const NUMBERING =
  /^(?:(?:step|chapter|part|section|단계|제)\s{0,3})?\d{1,4}(?:\.\d{1,4}){0,5}(?:장|절|단계)?[.):\s]*/iu;

/** Whether a heading or label names no subject. */
export function isGeneric(heading: string): boolean {
  const words = heading
    .toLowerCase()
    .replace(NUMBERING, '')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .replace(/[:：?!.。…]$/u, '')
    .trim();
  return !/\p{L}/u.test(words) || GENERIC.has(words);
}
