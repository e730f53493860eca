/** Pairs of opposites, separated by `/`. The negation of one means the other. */
export const OPPOSITES = `
maximum max most/minimum min least
enable enabled activate activated/disable disabled deactivate deactivated
increase increases increased raise raised grow grew rise rose/decrease decreases decreased reduce reduced lower lowered shrink fell drop dropped
allow allowed permit permitted accept accepts accepted/forbid forbidden prohibit prohibited disallow disallowed ban banned deny denied reject rejects rejected refuse refused decline declined
required mandatory compulsory obligatory/optional voluntary
include includes included including/exclude excludes excluded excluding
open opens opened/close closes closed
public/private
paid chargeable/free complimentary
internal/external
local/remote
synchronous/asynchronous
encrypted/unencrypted plaintext
client/server
input/output
read/write
upload/download
import/export
start starts begin begins began started/end ends stop stops ended stopped
success succeed succeeds succeeded successful/failure fail fails failed unsuccessful
true/false
valid/invalid
available/unavailable
possible/impossible
legal/illegal
safe/unsafe dangerous
visible/hidden invisible
online/offline
indoor indoors/outdoor outdoors
inside/outside
upper top/lower bottom
left/right
hot warm/cold cool
fast faster fastest quick quicker/slow slower slowest
high higher highest/low lower lowest
large larger largest big bigger biggest/small smaller smallest
long longer longest/short shorter shortest
old older oldest/new newer newest young younger youngest
early earlier earliest/late later latest
cheap cheaper cheapest/expensive costly
strong stronger/weak weaker
light lighter/heavy heavier
near closer nearest/far farther farthest
many/few
more/less fewer
permanent/temporary
automatic automatically/manual manually
single/multiple
buy buys bought purchase purchased/sell sells sold
win wins won/lose loses lost
male man men boy boys/female woman women girl girls
husband/wife
father/mother
brother/sister
son/daughter
north northern/south southern
east eastern/west western
ascending/descending
horizontal/vertical
positive/negative
odd/even
profit/loss
income revenue/expense
arrival arrive arrives arrived/departure depart departs departed
domestic/international foreign
mutable/immutable
static/dynamic
primary/secondary
inbound incoming/outbound outgoing
encrypt/decrypt
attach attached/detach detached
add adds added/remove removes removed delete deleted
connect connected/disconnect disconnected
approve approved/disapprove disapproved
adult adults/child children
winter/summer
spring/autumn
day daytime/night nighttime
morning/evening
weekday weekdays/weekend weekends
최대/최소
활성 활성화 켜진/비활성 비활성화 꺼진
증가 상승 늘어/감소 하락 줄어
허용 허가 수락 승인/금지 불허 거부 거절 반려
필수 의무/선택 선택적
포함/제외 미포함
공개/비공개
유료/무료
내부/외부
로컬/원격
동기/비동기
입력/출력
읽기/쓰기
업로드/다운로드
시작/종료
성공/실패
유효/무효
가능/불가능 불가
온라인/오프라인
실내/실외 야외
왼쪽/오른쪽
빠르 빠른 빨라/느리 느린 느려
높은 높다 높아/낮은 낮다 낮아
많은 많다 많아/적은 적다 적어
크다 큰/작다 작은
남성 남자 남학생/여성 여자 여학생
북쪽/남쪽
동쪽/서쪽
여름/겨울
오전/오후
평일/주말
국내/해외 국외
자동/수동
영구/임시
도착/출발
구매 매수/판매 매도
승리/패배
흑자 이익/적자 손실
수입/수출
상행/하행
개방 열 열지 열어 연다 여는 엽니다/폐쇄 닫 닫지 닫는 닫아 닫습니다
추가/삭제 제거
연결/해제
지원/미지원
필요/불필요
양수/음수
오름차순/내림차순
정적/동적
`;
