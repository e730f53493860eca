import { termOfWord } from './contrasts.ts';

/**
 * Common words, which are never names. A statement and its source may differ in common words. If they differ
 * in an unlisted word, they are about different things.
 */
const ENGLISH = `
ability access account action activity actual addition additional address adult advance advice agency agent agree agreement aid aim air allow allowance alter alternative amount analysis annual answer apart apartment appeal appear applicant application apply appoint appointment approach appropriate approve area argue argument arise arrange arrangement arrive article ask aspect assess asset assign assist assistance associate assume attach attempt attend attention author authority automatic available average avoid award aware
back background bad balance ban bank bar base basic basis beat beautiful become begin behave behaviour belief believe belong below benefit best better big bill bit block board body book booking border born boss bottom box branch brand break brief bring broad build building built bulk business busy button buy buyer byte
calculate call campaign cancel cancellation candidate capable capacity capital car card care career careful carry case cash category cause ceiling cell center central centre certain certificate chain chair challenge chance change channel character charge cheap check chief child choice choose circle citizen city claim class classic clear clerk client clock close club coach code collect collection college colleague color column combine come command comment commercial commit committee common community company compare competition complain complete component compute concern condition conduct configuration configure confirm connect connection consider consist constant construct consumer contact contain container content contract contribute control convert cool copy core correct cost count country couple course court cover craft create creation creator credit crew criteria critical cross crowd culture current custom customer cut cycle
daily damage data database date deadline deal dealer death debt decide decision deep default define degree delay delete deliver delivery demand department depend deposit describe description design desk despite destination detail detect determine develop developer development device die diet differ difference different difficult digital dimension direct direction director discount discover discuss display distance distribute district division doctor document dollar door double doubt download draft drink drive driver drop due duration duty
ear early earn easy eat economic economy edge edit editor education effect effective efficient effort elect election element email emerge employ employee employer empty enable encounter encourage end energy engage engine engineer enjoy ensure enter entire entity entrance entry environment equal equipment error especially essential establish estate estimate evening event eventually exact examine example exceed excellent exception exchange execute execution executive exercise exist existing exit expand expect expense experience expert expire explain export express extend extension extra extract
face facility fact factor factory fail failure fair fall family famous fan far fare farm fast fault favour feature fee feed feel field figure file fill film final finally finance financial find fine finish fire firm fit fix flat flight floor flow focus follow food force foreign forget form formal format former forward found foundation founder frame free frequency frequent fresh friend front fuel full fully function fund further future
gain game gap garden gas gate gather general generate generation get gift give global goal good goods govern government grade graduate grant great ground group grow growth guarantee guard guess guest guide guideline guy
half hall hand handle happen happy hard hardware head headquarters health hear heart heat heavy height help helpful hide high highlight hire history hit hold holder holiday home hospital host hot hotel house household huge human
idea identify identity image impact implement implementation important improve improvement include income increase indeed index indicate individual industry influence inform information initial initially initiative input inquire inside insist install instance instead institute institution instruction instrument insurance intend interest interface internal introduce invent inventor invest investment invite involve issue item
job join joint journal journey judge jump junior just justice
keep key kid kill kind know knowledge known
label labor lack land language large last late launch law lawyer lay layer lead leader learn lease leave lecture left legal length lesson letter level library license licence lie life lift light limit limited line link list listen literature little live load loan local locate location lock log logic long look lose loss lot love low
machine main maintain maintenance major majority make maker man manage management manager manner manual manufacture map mark market mass master match material matter maximum meal mean meaning measure measurement mechanism media medical meet meeting member membership memory mention menu message method middle mind minimum minister minor minute miss mission mistake mix mode model modern modify moment money monitor month morning mother motor mount mountain move movement multiple music must
name narrow nation national natural nature near nearly necessary need negative network new news next night normal north note notice notify number numerous
object objective observe obtain obvious occasion occupy occur offer office officer official old online only open operate operation operator opinion opportunity oppose option optional order ordinary organisation organise organization organize origin original outcome output outside overall own owner
pack package page paid paint pair panel paper parameter parent park parking part participant participate particular partner party pass passenger password past path patient pattern pay payment peak penalty people percent perform performance period permanent permission permit person personal phase phone photo physical pick picture piece pilot place plan plane plant platform play player please plenty plus point police policy political pool poor popular population portion position positive possess possible post potential power practical practice prefer prepare presence present preserve president press pressure pretty prevent previous price pricing primary principle print prior private prize probably problem procedure proceed process produce producer product production profession professional professor profile profit program programme programmer progress project promise promote proper property proportion proposal propose protect protection prove provide provider public publish publisher pull purchase purpose push put
qualify quality quarter question quick quickly quiet quite quota quote
race radio rain raise range rank rapid rare rate rather ratio raw reach react read reader ready real realise really reason reasonable receive recent recently recipient recognise recommend record recover reduce reduction refer reference reflect refund refuse regard region register registration regular regulation reject relate relation release relevant reliable religion rely remain remember remind remote remove rent rental repair repeat replace reply report represent request require requirement research reservation reserve reside resident resolve resource respect respond response responsible rest restaurant restrict restriction result retail retain retire retrieve return reveal revenue review revise reward rich right ring rise risk road rock role roll room root round route row royal rule run runtime
safe safety salary sale sample satisfy save say scale schedule scheme school science scientist scope score screen script search season seat second secret section sector secure security see seek seem select sell seller send senior sense sentence separate sequence series serious serve server service session set setting settle several share sheet shift ship shipment shop shopping short show shut side sign signal significant similar simple simply single site situation size skill sleep slight slow small smart social society software soil solution solve sound source space speak special specific specify speech speed spend spirit split sport spot stable staff stage stand standard star start state statement station status stay steady step still stock stop storage store story straight strategy stream street stress stretch strict strong structure student studio study stuff style subject submit subscriber subscription subsequent succeed success successful sudden suffer sufficient suggest suit suitable sum summary summer supplier supply support suppose sure surface survey survive suspend switch symbol system
table tag take talk target task tax teach teacher team technical technique technology telephone television tell temperature temporary term test text thank theory thing think third thought thread throughput throw ticket tie time timeout title today together token tool top topic total touch tour tourist town track trade traditional traffic train trainee training transaction transfer transform transport travel traveller treat treatment tree trial trigger trip trouble true trust try turn twice type typical
understand undertake union unique unit university unlock unusual update upgrade upload upper usage use useful user usual usually utility
vacation valid value variable variety various vary vehicle vendor venue version vessel view village violate visit visitor visual voice volume vote voucher
wage wait walk wall want warm warning warranty watch water way weak wear weather web website week weekly weight welcome wide width win window winner wish withdraw woman wonder word work worker workshop world worth write writer wrong
year yes yet yield young zone
won beat led left sold bought built sent took gave made told came went began wrote drove flew grew knew thought brought caught taught fought held kept lost met ran said saw sat spent stood wore given taken written driven known seen gone done born begun lasted gets got goes comes does lie lies lay owns
women woman men man male female boys girls
assist attendee attendees booked born charged chargeable chief coach compose composed composer costs dwell employ inhabitant inhabitants instructor kids lasts located pupil pupils renowned situated sits staffers tenant tenants weigh weighs wrote
api url id ids ok faq http https ui cli pdf html json cpu ram os ip tv ceo cto cfo vat uk us usa eu i'm i'll i've
mr mrs ms dr prof sir madam president chairman chairwoman king queen prince princess
according additionally afterwards although altogether anyone anything anywhere approximately around currently despite either else ever every everybody everyone everything finally firstly hence here immediately indeed instead later likewise lastly meanwhile moreover nevertheless nobody none nonetheless normally note nothing now often otherwise overall per perhaps please rather regarding roughly secondly similarly since somebody someone something sometimes soon specifically there therefore though thus today together typically unless until upon usually via whereas whether while within without yes zero
`;

const KOREAN = `
가격 요금 비용 금액 값 대금 수수료 사용료 이용료 회비 예산 급여 월급 연봉 임금 수익 매출 이익 손실
시간 기간 시각 날짜 일정 기한 마감 시점 당시 현재 이후 이전 동안 무렵 초기 말기 오늘 내일 어제 매일 매년 매월
사람 사용자 이용자 고객 손님 방문객 투숙객 직원 사원 근로자 회원 구성원 참가자 신청자 학생 교사 교수 아이 어린이 성인 어른 부모 가족 주민 시민 국민 대표 사장 회장 이사 팀장 관리자 담당자 책임자 운영자 개발자 설계자 창업자 설립자 작가 저자 감독 배우 가수 선수 의사 환자 변호사
회사 기업 업체 기관 단체 조직 부서 팀 학교 대학 대학교 병원 호텔 식당 가게 매장 상점 은행 공장 사무실 사무소 본사 본부 지점 지사 건물 시설 장소 위치 지역 도시 나라 국가 마을 집 방 객실 층 문 입구 출구 역 공항 항구 도로 다리 산 강 바다 공원
제품 상품 물건 물품 서비스 기능 성능 품질 특징 장점 단점 크기 규모 용량 무게 길이 높이 너비 폭 깊이 넓이 면적 속도 온도 거리 수량 개수 숫자 번호 비율 수준 정도 단계 범위 한도 한계 제한 최대치 최소치 평균 합계 총액 전체 일부 부분 나머지 절반
방법 방식 절차 과정 순서 규칙 규정 법 법률 정책 제도 조건 기준 원칙 요건 목적 목표 이유 원인 결과 효과 영향 문제 해결 답 답변 질문 의견 생각 계획 제안 결정 선택 변경 수정 개선 개발 설계 제작 생산 판매 구매 구입 결제 지불 납부 환불 취소 예약 주문 배송 배달 발송 도착 출발 교환 반품 신청 접수 등록 가입 탈퇴 제출 승인 허가 확인 검사 시험 평가 조사 연구 분석 관리 운영 유지 보관 저장 삭제 추가 사용 이용 활용 적용 설치 설정 구성 실행 처리 작업 업무 근무 활동 행사 회의 교육 학습 수업 강의 훈련 여행 관광 이동 방문 참석 참가 참여 제공 지원 지급 지시 안내 설명 소개 표시 공개 발표 발행 출판 출시 시작 개시 종료 완료 중단 계속 진행 증가 감소 상승 하락 변화 발생 존재 포함 소요 필요 가능 요구 요청 허용 금지 보장 보호 보안 보험 계약 약속 합의 책임 의무 권리 권한 자격 역할 지위 직책
정보 자료 데이터 문서 파일 서류 보고서 기록 목록 내용 제목 이름 명칭 주소 전화 이메일 메일 편지 메시지 알림 공지 뉴스 기사 책 도서 사진 그림 영상 영화 음악 노래 소리 언어 글 글자 단어 문장 암호 비밀번호 계정 아이디 화면 페이지 사이트 웹사이트 홈페이지 프로그램 소프트웨어 시스템 컴퓨터 서버 장치 기기 장비 기계 도구 부품 재료 자동차 차량 차 버스 기차 열차 비행기 배 자전거 전기 에너지 연료 물 공기 불 빛 음식 식사 조식 음료 옷 약 돈 현금 카드 통장 세금 할인 쿠폰 포인트 무료 유료 별도 추가금
함수 변수 값 매개변수 인자 반환 호출 요청 응답 오류 에러 예외 경고 로그 버전 업데이트 업그레이드 다운로드 업로드 연결 접속 접근 인증 로그인 로그아웃 네트워크 인터넷 데이터베이스 테이블 모델 코드 예제 옵션 기본값 기본 설정값 메모리 디스크 저장소 클라이언트 인스턴스 환경
때 것 수 곳 점 중 등 및 또는 그리고 그러나 하지만 따라서 또한 즉 예 경우 상황 상태 환경 관계 사이 앞 뒤 위 아래 안 밖 옆 왼쪽 오른쪽 처음 마지막 다음 첫 각 모든 여러 다른 같은 이 그 저 누구 무엇 어디 언제 우리 자신 모두 함께 매우 아주 가장 더 약 대략 총 단 바로 이미 아직 항상 보통 주로 자주 가끔 별 당 측 식 용 형 적 성 화
기반 바탕 토대 기초 근거 중심 핵심 원리 구조 형태 종류 유형 항목 요소 대상 소재 원료 성분 출처 유래 기원 배경 계기 과제 사례 현황 추세 전망 왕복 편도 정상 출신 태생 거주 소재지 사업 산업 시장 경제 사회 문화 역사 종교 예술 과학 기술 의료 건강 안전 환경 교통 통신 언론 행정 사용법 이용법 사용량 이용량 사용자명 소요시간 착용 휴대 지참 소지 준비 대비 예방 치료 진단 수술 회복 창건 건립 건설 건축 완공 준공 중건 복원 소실 화재 파괴 훼손 발견 발명 창제 창설 창립 설립 해산 합병 분리 통합 인수 매각 투자 대출금 이자 원금 상환 연체 과목 분야 전공 첫차 막차 정원 넓이 인구 출입 입장 퇴장 반입 흡연 주차 대출 반납 복용 섭취 복무 식사 식후 식전 출생 사망 탄생 별세 혼인 결혼 이혼 하루 이틀 사흘 나흘 열흘
아침 점심 저녁 밤 새벽 주말 평일 휴일 공휴일 연휴 휴가 병가 연차 계절 봄 여름 가을 겨울
`;

let known: ReadonlySet<string> | undefined;

const NOUN_FORM = /[a-z]{3}(?:ing|ings|ly|tion|tions|sion|sions|ment|ments|ness)$/;
const COMMON_FORM =
  /[a-z]{3}(?:ed|ity|ities|able|ible|ers|ors|ees|ants|ents|ists|ful|ive|ical|ously|ance|ence|ship|ize|ise|ized|ised)$/;

/** Whether a word is common: it is listed, or has an ending that names rarely have. */
export function isCommon(lower: string): boolean {
  return isListed(lower) || COMMON_FORM.test(lower);
}

/** Whether a word is listed, or is an English noun or adverb derived from another word. */
export function isListed(lower: string): boolean {
  known ??= new Set(
    `${ENGLISH} ${KOREAN}`
      .trim()
      .split(/\s+/)
      .flatMap((word) => [word, termOfWord(word)]),
  );
  return known.has(lower) || known.has(termOfWord(lower)) || NOUN_FORM.test(lower);
}
