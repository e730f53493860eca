/** Titles that programs write where nobody stated one. */
const DEFAULT_TITLES =
  /^(?:\(?(?:untitled|unnamed|no title|unknown|unspecified|anonymous|none|null|undefined|unbenannt|ohne titel|sans titre|sans nom|sin t[ií]tulo|senza titolo|sem t[ií]tulo|無題|无标题|無標題|未命名|제목 ?없음)\)?(?:[ _-]?(?:document|dokument|page|file|presentation|\d{1,4}))?|(?:new |scanned? )?(?:document|dokument|doc|page|slide|folie|scan|layout|book|presentation|präsentation|title|titel|문서|문서 ?제목|文档|文書|スライド|슬라이드)[ _-]?\d{0,12}|(?:microsoft )?powerpoint[ -]presentation|powerpoint-präsentation|about:blank|full page (?:photo|fax) print)$/i;
/** `Microsoft Word - report.doc`: the printer's job, named by a file. */
const PRINT_JOB = /^(?:microsoft|libreoffice|openoffice(?:\.org)?|adobe) ?[a-z]{0,20} - /i;
/** A name of a file, perhaps with its folders. */
const FILE_NAME =
  /^[^\n]*[^\s.]\.(?:docx?|dotx?|docm|rtf|odt|odp|ods|xlsx?|xlsm|pptx?|pptm|ppsx?|hwpx?|hwt|pages|key|numbers|indd|qxd|pmd|p65|fm|ai|psd|cdr|vsdx?|pub|eps|ps|dvi|tex|pdf|html?|txt|wpd|tiff?|jpe?g|png|dwg)$/i;

/** Whether what a file states as its title, author or subject was written by a program instead of a person. */
export const saysNothing = (stated: string): boolean =>
  !/[\p{L}\p{N}]/u.test(stated) ||
  DEFAULT_TITLES.test(stated) ||
  PRINT_JOB.test(stated) ||
  FILE_NAME.test(stated.slice(-300));
