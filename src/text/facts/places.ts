import { areaList } from '@vant/area-data';
import type { Claims, Find } from './find';

const { province_list: provinces, city_list: cities, county_list: counties } = areaList;

/** Names in the lists that say nothing alone, or are another word. */
const NO_NAMES = new Set([
  '城区',
  '郊区',
  '矿区',
  '东区',
  '西区',
  '南区',
  '北区',
  '中区',
  '县',
  '省直辖县',
  '九龙',
  '新界',
]);

/** Provinces, cities and districts as they are officially called. */
const FULL = new Set(
  [provinces, cities, counties].flatMap((list) => Object.values(list)).filter((name) => !NO_NAMES.has(name)),
);

/** Provinces and cities as people call them. They count only where something says that a place is meant. */
const SHORT = new Set(
  [...Object.values(provinces), ...Object.values(cities)]
    .map((name) =>
      name.replace(
        /(?:壮族|回族|维吾尔)?自治区$|特别行政区$|(?:[\u4e00-\u9fff]{1,3}族){0,3}自治州$|地区$|[省市盟]$/,
        '',
      ),
    )
    .filter((name) => name.length >= 2 && !FULL.has(name) && !NO_NAMES.has(name)),
);

const LONGEST = Math.max(...[...FULL].map((name) => name.length));
const FIRST = new Set([...FULL, ...SHORT].map((name) => name[0] ?? ''));

const PLACE_BEFORE = /(?:在|家住|我住|我是|于|坐标|地址|位于|寄往|地点)[: ]?$/;
const PLACE_AFTER = /^(?:这边|本地|当地|人(?=[,，。.;]|$))/;
/** A parcel goes there. */
const ON_ITS_WAY = /^(?:转|停|卡|滞|中转|分拨|景)/;
const CHINESE = /[\u4e00-\u9fff]$/;
/** A street, an estate or a shop, and its number, right after the name of a town. */
const DETAIL =
  /^ ?(?:(?!的|了|在|买|去|到|我|你|他|她|们|是|说)[\u4e00-\u9fffa-z0-9]){0,14}?(?:路|街道?|大道|巷|弄|镇|乡|村|小区|花园|广场|门店|专卖店|分店|店|商场)(?:\d{1,5}(?:号|弄))?/;
const SHOP =
  /(?<=[在去到于])(?:贵公司|贵店)?((?:(?!的|了|在|我|你|他|她|们|这|那|找|另|个|家|网|是|本人|品牌|外地|淘宝|天猫|京东|拼多多|抖音|快手|官方|小红书|某)[\u4e00-\u9fffa-z0-9]){2,12}?(?:旗舰店|专卖店|体验店|(?<!找)门店|分店|营业厅|服务中心|(?<=[路街城镇桥门里达茂]|广场|中心)店))/g;

/** The longest name that begins here. */
function nameAt(text: string, at: number): { name: string; isFull: boolean } | undefined {
  if (!FIRST.has(text[at] ?? '')) return undefined;
  for (let length = LONGEST; length >= 2; length--) {
    const name = text.slice(at, at + length);
    if (FULL.has(name)) return { name, isFull: true };
    if (SHORT.has(name)) return { name, isFull: false };
  }
  return undefined;
}

/** Where it happened: districts and what stands behind them, and shops. */
export function places(text: string, claims: Claims): Find[] {
  const finds: Find[] = [];
  for (let at = 0; at < text.length; at++) {
    let named = nameAt(text, at);
    if (!named) continue;
    const start = at;
    let [end, names, full] = [at, 0, 0];
    while (named) {
      end += named.name.length;
      names += 1;
      if (named.isFull) full += 1;
      named = nameAt(text, end);
    }
    const before = text.slice(Math.max(0, start - 4), start);
    const isSaid = PLACE_BEFORE.test(before);
    // "北京汽车", "沿海城市": one name is a place where it is said so, or, a full one, where no other word ends.
    const isPlace =
      names > 1 ||
      (isSaid && !ON_ITS_WAY.test(text.slice(end, end + 2))) ||
      (full > 0 && !CHINESE.test(before)) ||
      PLACE_AFTER.test(text.slice(end, end + 3));
    if (isPlace) {
      end += DETAIL.exec(text.slice(end, end + 28))?.[0].length ?? 0;
      if (claims.claim(start, end)) finds.push({ fact: 'place', start, end, sure: names > 1 || (isSaid && full > 0) });
    }
    at = end - 1;
  }
  for (const { 0: whole, 1: shop = '', index } of text.matchAll(SHOP)) {
    const end = index + whole.length;
    if (claims.claim(end - shop.length, end)) {
      finds.push({ fact: 'place', start: end - shop.length, end, sure: false });
    }
  }
  return finds;
}
