import type { Group } from './groups';

/** M1 in English, told without the plain words of `safety.ts`. */

const MY = '(my|his|her|our|their|the|your|a)';
const WHO =
  '(me|him|her|us|them|my (little |old |young |poor )?(son|daughter|child|kid|kids|baby|toddler|boy|girl|wife|husband|mother|father|mum|mom|dad|gran|grandmother|grandfather|grandson|granddaughter|nephew|niece|dog|cat|neighbour|neighbor|friend|friends|brother|sister|partner|tenant|mother in law))';
const RELATIVE =
  '(i|he|she|we|they|son|daughter|child|kid|kids|baby|toddler|boy|girl|wife|husband|mother|father|mum|mom|dad|gran|grandmother|grandfather|grandad|nephew|auntie|lady|man|woman|pedestrian|passenger|guest|friend)';
const PART =
  '(hand|hands|arm|arms|forearm|leg|legs|calf|shin|thigh|finger|fingers|fingertip|thumb|foot|feet|toe|toes|face|cheek|cheeks|eye|eyes|eyelid|eyelids|eyebrow|eyebrows|brow|cornea|skin|lip|lips|gum|gums|tongue|tooth|teeth|head|skull|scalp|forehead|neck|knee|kneecap|wrist|ankle|nose|ear|ears|chest|shoulder|elbow|rib|ribs|palm|throat|chin|jaw|back|tailbone|collarbone|hip|hamstring|ligament|nerve|wrists|armpits|belly|stomach|bum|fists|nail|nails|knuckles|disc|spine|pelvis|limb)';
const HARM =
  '(burn|burns|burned|burnt|cut|cuts|sliced|slashed|broke|broken|breaks|crushed|crushes|bruised|pinched|trapped|caught|jammed|squashed|smashed|stabbed|pierced|scraped|sprained|twisted|dislocated|tore|ripped|cracked|fractured|gashed|scratched|scalded|singed|stung|swelled|numbed|knocked|lost|hurt|injured|damaged|blinded|banged|bumped|grazed|skinned|punctured|chipped|bit|stitched|splashed|hit|struck|landed on|fell on|fell onto|dropped on|dropped onto|came down on|crashed on|crashed onto|slammed on|shut on|closed on|snapped shut on|folded shut on|spilled on|spilled over|spilt on|spilt over|poured on|poured over|dripped on|went through|went into|into|flew into|got into|shot into)';
const HARMED =
  '(burned|burnt|cut|crushed|trapped|pinched|bruised|broken|dislocated|fractured|swollen|swelled|swell|numb|bleeding|bloody|raw|septic|infected|blistered|scarred|torn|twisted|sprained|slashed|gashed|cut open|red raw|red and swollen|went septic|blew up like|came out in|is in plaster|in a cast|in a dressing|went purple|went black|went numb|went blue|is dying|drooping|damaged)';
const CAR =
  '(car|van|truck|taxi|cab|bus|scooter|bike|e-bike|ebike|motorbike|vehicle|suv|engine|pushchair|pram|stroller)';
const MOVING =
  '(driving|riding|on the (highway|motorway|freeway|road|bridge|ring road|fast lane)|in the (fast|middle|outside) lane|in traffic|at speed|at #2 |at 70|doing #2|downhill|down (the|a) hill|downslope|going down|on (a|the) (hill|slope|bend|corner|crossing)|moving|overtaking|mid ride)';
const MACHINE =
  '(phone|laptop|battery|charger|cable|kettle|oven|stove|hob|dryer|tumble dryer|washer|heater|boiler|toaster|fridge|dishwasher|blanket|iron|cooker|fryer|tv|router|printer|scooter|bike|car|vacuum|machine|socket|plug|lead|extension|adapter|power bank|lamp|fan|unit|hearing aid|pack|pillowcase|mattress|curtain|curtains|carpet|sofa|bed|wall|house|flat|kitchen|room|garage)';
const HANGING =
  '(ceiling|plaster|tile|tiles|lamp|light|fan|mirror|tv|telly|shelf|shelves|wardrobe|cupboard|cabinet|bookcase|chest|locker|door|gate|window|glass|railing|rail|balcony|facade|sign|signboard|wall|scaffold|scaffolding|branch|tree|bunk|bed|cot|crib|ladder|chair|seat|stool|swing|bench|table|step|steps|stair|bridge|ramp|jack|trampoline|hammock|freezer door|case|fridge|box|boxes|bar|cable|rope|slab|chandelier|roof|awning|canopy|lift|elevator|shower)';
const IN_FOOD =
  '(glass|metal|wire|screw|nail|needle|bone|stone|plastic|blade|razor|staple|bristle|maggot|maggots|worm|worms|cockroach|roach|insect|beetle|fly|lizard|mouse|rat|tooth|mould|mold|grit|shard|shards|something hard)';
const ILL =
  '(sick|ill|vomiting|vomit|puking|fever|diarrhoea|runs|loose motions|stomach cramps|cramps|stomach|lao sai|dizzy|nausea|nauseous|wheezing|swollen|swelled|rash|welts|hives|blisters|itching|itchy|allergy|allergic|palpitations|seizure|fainted|collapsed|hospital|hospitalised|hospitalized|er|ambulance|gastro|food poisoning|salmonella|headaches|headache|nosebleeds|asthma|throwing up|on a drip|unwell|poorly|infection|infected)';

export const HAZARDS_ENGLISH: readonly Group[] = [
  {
    rule: 'M1',
    category: 'product_quality',
    negatable: true,
    phrases: [
      // bodies
      `${HARM} (both |half |all |off |open )?(of )?${MY} (left |right |little |whole |wife's |husband's |son's |daughter's |mother's |father's |baby's |kid's |child's |boy's |sister's |neighbour's |nephew's |friend's |upper |lower |bottom )?${PART}`,
      `${HARM}^(my|his|her|our|their|'s) ${PART}`,
      `(my|his|her|our|their|'s|the|of|left|right|both|upper|lower) ${PART} (is|was|were|are|got|gets|has|had|have|went|became|just|all|both|still|now|came|skin)?^${HARMED}`,
      `${PART} (swelled up|swelled|swollen|numb|gone numb|went numb|broke|is broken|broken|turned (blue|black|purple)|split|bleeding|septic|is gon|is gone|'s gone|hurts so|in plaster|infected)`,
      `(blood|cut|cuts|shards|glass|splinter*|needle|gash|burns|blister*|bliters|scar|scars|welts|bruise*|stitches|swelling|pus|rash|bump|lump|sores) (in|on|across|down|over|under|inside|round|around|up) (my|his|her|our|their|both|the|one)?^${PART}`,
      '(burned|burnt|scalded|cut|crushed|bruised|electrocuted|electricuted|shocked|zapped|zaped|knocked down|knocked over|ran over|run over|pinned|dragged|bitten|stung|choked|drowned|poisoned|suffocated|crush|nearly crushed|hit|injured|hospitalised|blinded|concussed) (by|from|when|after|because|at|on|with) (the|it|this|your|that|a|an|their|bed bugs|i|he|she)',
      `(throws|threw|thrown|knocked|flung|slammed|pinned|dragged|pulled|sucked|hit|kicked|bit|burned|burnt|burning|scalded|shocks|shocked|zapped|electrocuted|poisoned|crushed|choked|cut) ${WHO} (off|across|down|over|to the|against|under|on the|in the|into|by the|every|when|at|badly)`,
      '(nearly|almost) (killed|drowned|suffocated|choked|crushed|electrocuted|crashed|burned|burnt|died|hit|took|lost an|lost my (arm|leg|hand|eye|finger|life)|went into|ran into|strangled|fainted|blinded|fell (off|from|down))',
      "(can't|cannot|couldn't|could not|cant) (breathe|feel (my|his|her)|see (out of|properly|from|with)|move (my|his|her) (arm|leg|neck|head|hand)|stand up straight|walk properly|close my eye|swallow)",
      '(struggl* to breathe|short of breath|out of breath and|breathing (trouble|difficult*|problems)|trouble breathing|turned (blue|purple|grey)|went (blue|purple|grey|limp)|blue in the lip|grey around|stopped breathing|gasping|resuscitat*)',
      '(broken|fractured|dislocated|cracked|bruised|torn|sprained|slipped|chipped|lost) (a |an |my |his |her |two |three )?(bone|bones|rib|ribs|wrist|ankle|arm|collarbone|toe|toes|finger|tooth|teeth|kneecap|disc|nose|jaw|hip|leg|ligament|tendon|skull|vertebra|elbow|shoulder)',
      '(broke|lost|cracked|knocked out|chipped) (a|two|three|half a|one|my front) (tooth|teeth|rib|ribs|finger|fingers|molar|bone|crown)',
      '(whiplash|concuss*|slipped disc|torn ligament|hamstring|limp|limping|in a collar|neck brace|on crutches|in plaster|in a cast|pins in|jaw wired|skin graft|second degree|third degree|degree burn*|chemical burn*|burn ring|burns unit|burn ward|scarred|scar for life|lost consciousness|knocked out cold|blind in|lost (my|his|her) sight|lost (sight|hearing)|hypothermia|heatstroke|frostbite|seizure|convuls*|coma|overdose|anaphyla*|epipen|intensive care|icu|a&e|er all night|casualty|ambulance|paramedic*|on a drip|stomach pumped|surgery to (take|remove)|had to be operated|operating theatre|miscarr*|passed away after|dead because|someone will die|will die|death trap|risk of death|feared for (my|our) (life|lives)|fear for (my|our) (life|lives)|nosebleed*|sepsis|sepis|septic|gangrene|hepatitis|pneumonia|legionella|salmonella|e coli|gastroenteritis|gastro|mastitis|conjunctivitis|infected (by|with|lobes|wound|finger)|an infection|palpitation*|bloody stools|loose motions|lao sai)',
      '(went|goes|ran|taken|rushed|took (him|her|me|them)|admitted|carried|straight) (off )?to (the )?(a&e|er|emergency|clinic|hospital|doctor|casualty)',
      '(doctor|doctors|hospital|clinic|lab|gp|dermatologist)( has| have|s note)? (say|says|said|confirmed|diagnosed|stitched|pumped|removed|found|thinks|suspects) ~(poison*|allerg*|burn*|infect*|fractur*|broken|dermatitis|gastro*|concuss*|reaction|damage|torn|surgery|cracked)',
      '(kept|keep|kept her|kept him) (my |her |him |me )?~(overnight observation|overnight for observation|night observation|in the burns|in hospital)',
      // falls, blows
      `${RELATIVE} (fell|slipped|tripped|tumbled|slid|flew|crashed|landed|came off|went over|dropped|hit) (down|off|out|over|on|onto|into|from|through|head first|hard|backwards|and (broke|hit|cracked|hurt|cut|twisted|dislocated|landed)|four|three|#2)^(stairs|steps|floor|ground|bed|fence|wall|ice|wet|window|bike|chair|ladder|head|back|face|tailbone|barrier|metres|meters|feet|hole|grape|concrete|carpet|road|water|bunk|swing|broke|hit|cracked|cut|dislocated|twisted|pool|pillar|tree|car)`,
      '(i|he|she|mum|mom|dad|wife|husband|son|daughter|child|kid|baby|gran|lady|man) (fell (out|through|and|off|from|down|flat)|slipped (on|and|in)|was thrown|got thrown|went head first|flew over|went over the|nearly drowned|nearly fell)',
      `${HANGING} (suddenly |just |has |had |itself |simply |all |then |leg |side |panel |one night |on it |strap |gave out |frame )?(fell|came down|came off|came away|came loose|came crashing|dropped|collapsed|gave way|gave out|snapped|buckled|split|tipped|toppled|shattered|exploded|burst|broke under|blew over|let go|slipped off|folded (up|shut)|failed|popped (open|out))^(me|him|her|us|my|his|on |onto|while|when|under|with|in the night|at night|floor|fell|landed|people|head|and (i|he|she|we|hit|the kids)|i |he |she |we )`,
      `(fell|falls|came down|dropped|crashed|collapsed|tipped|toppled|landed|rolled|came off) (right )?(on|onto|on top of|over|in front of|beside|next to|a foot from|inches from|where) ${WHO}`,
      '(missed|missing) (me|him|her|us|my|his) (head |face )?by (inches|an inch|a foot|centimet*|a hair)',
      '(nearly|almost) took (my|his|her) (head|eye|hand|arm|finger)',
      'knock(ed|s) down (my|a|an)',
      '(balcony|railing|banister|handrail|rail|guard rail) ~(loose|came off|moves|wobbl*|gave way|bolts|missing|rotten)',
      '(manhole|floorboard*|floor|stair*|step) ~(gave way|collapsed|caved in)',
      '(lift|elevator) (has |just |suddenly )?(dropped|fell|plunged|plummeted|doors open|fell two|shot up|jerked|stuck with)',
      '(trapped|stuck|locked) (in|inside) (the|a|your) (lift|elevator|car|room with|sauna|freezer)',
      'escalator ~(reversed|stopped dead|jerked|swallowed|caught|trapped)',
      '(restraint|harness|seat belt|seatbelt|belt|buckle|life jacket*|lap bar|safety bar) ~(opened|open|failed|came undone|popped|not lock*|didnt lock|wont latch|broke|slid|snapped|missing|no )',
      '(no|without) (life jacket*|seat belt*|seatbelt*|lifeguard|safety rope|harness)',
      '(boat|raft|canoe) ~(sank|sinking|capsized|flipped)',
      'drown*',
      '(locked|blocked|chained) (fire )?(exit*|escape)',
      'fire exit* (was |were |is |are )?(locked|blocked|chained)',
      // vehicles
      "(brake|brakes|brake pedal|pedal|handbrake|parking brake|braking)( has| have| just| cable| hose| line)? (sank|sinks|went|goes|gone|fade|fades|faded|failed|fail|snapped|let go|broke|gave out|did nothing|do nothing|does nothing|stuck|soft|spongy|no more function|not function*|dont hold|don't hold|doesn't hold|not work*|didn't work|didnt work|stop work*|stopped work*|wouldn't|would not|are dead|gave up)",
      '(no|lost|lose|without|zero) (front |rear |the clutch and )?(brake|brakes|braking|steering|throttle control|drive on|power on the)',
      'pedal (went|goes|sinks|dropped|hit) (straight |right )?to the floor',
      "(could not|couldn't|cant|can't|cannot|unable to|no way to) (stop|slow down|brake|steer|turn the wheel|see a thing|control)",
      '(steering|wheel|steering wheel|handlebar|handlebars|column|fork|front fork|frame|axle|chain|throttle|accelerator|gas pedal|tyre|tire|front wheel|back wheel|wheel nuts)( has| just| suddenly| cable| strap| went)? (locked|locks|seized|jammed|jams|stuck|came off|came clean off|came away|came loose|fell off|snapped|cracked in two|cracked|broke off|went solid|went stiff|burst|blew out|blew|loose|wobbling|sheared|failed|stopped responding|split)^(while|when|at|on|down|riding|driving|hands|bend|lane|road|speed|motorway|ride|and|mouth|i |my|the|crossing|locked)',
      '(engine|car|van|it|motor|power|she|bike|scooter|headlights|lights|everything) (just |suddenly |completely )?(cut out|stalled|died|went dead|shut off|shut down|lost power|lost all power|went off|go out|went out|switched off|stopped dead)^(on|in|at|while|when|going|doing)^(highway|motorway|freeway|lane|road|traffic|hill|bridge|speed|driving|riding|overtaking|70|80|lorries|roundabout|junction|night|tunnel)',
      `${CAR} (suddenly |just |itself |kept )?(accelerated|accelerates|surged|shot forward|rolled away|rolled back|rolled into|lurched|took off|sped up|swerved|flipped|overturned|veered|crashed|spun)`,
      '(accelerat*|sped up|speeds up|moved off|drove off|rolled away|started up|reversed) (by itself|on its own|by themselves|without)',
      '(drunk|asleep at the wheel|texting|on his phone|on her phone|ran the light|ran a red|wrong way|oncoming lane|doing 1#2|fell asleep) ~(driver|driving|wheel|crash*|lane|barrier|light|life|road)',
      '(driver|cabbie|pilot|rider) (was |is )?(drunk|asleep|fell asleep|texting|on drugs|doing 1|nodding off|ran (the|a)|slammed)',
      '(crashed|smashed|slammed|ran|went|ploughed|plowed|drove|put it|knocked|hit|reversed) (it )?(straight |right )?(into|over|through|down) (a|an|the|my|our|another) (pillar|wall|tree|fence|barrier|pole|hedge|car|lorry|pedestrian|man|woman|old man|child|boy|ditch|shop|van|bus|post|neighbour*)',
      '(t-boned|rear-ended|hit by a car|in a crash|got in a crash|pile-up|car crash|ended up in the (hedge|ditch|river))',
      "airbag* (didn't|did not|never|failed|went off|deployed|exploded|not)",
      'bag in the wheel went off',
      // fire, heat, blasts, current
      '(set|sets) (the |my |our |fire to |his )?^(alight|on fire|ablaze|fire to)',
      '(fire brigade|fire department|firemen|firefighter*|fire engine*|fire extinguisher) (had to|came|come|put|turned|was called|were called|called|to put)',
      '(started|starts|start|caused|cause) a fire',
      '(went|go|goes) up (like a torch|in flames|in smoke)',
      '(flared up|flare up|caught light|caught a light|catch light|alight behind|burst into flame*|burned (our|my|the) (house|flat|home|kitchen)|(house|flat|home) (burned|burnt|burned down)|burned to the ground|thermal runaway|could go up any)',
      '(burned|burnt|melted|scorched|singed|charred) (a |an |the |my |our |through |right through |straight through )?(hole|mark|ring|curtain|curtains|carpet|mattress|sheet*|bedding|sofa|table|wall|worktop|socket|plug|floor|pillow*|duvet|blanket|eyebrow*|hair|desk|house)',
      '(plug|socket|cable|wire|charger|lead|cord|adapter|adaptor|casing|battery|plastic|switch|outlet) (has |is |was |had |got |gets |just )?(completely |all )?(melted|melting|charred|scorched|burnt|burned|blackened|black and|glowing|too hot to touch|red hot|swelled|swelling|swollen|bulging|bulged|hissing|leaking acid|leaked acid|fizzing|exploded)',
      `${MACHINE} (so |got so |gets so |too |way too |dangerously )?(overheat*|got so hot|too hot to (touch|hold)|hissing|was swelling|is swelling|took fire|take fire|went bang|blew up|went up|erupted|exploded|shorted|short-circuited|drip fire|caught fire|catches fire|burned down|burst)`,
      '(brown|black|burnt|burn) (hole|mark*) (in|on) (the |my |our )?(pillow*|bed|mattress|carpet|wall|sheet*|table|floor|socket|thigh|wrist|leg)',
      '(spark spark|sparks (and|flew|flying|came|coming)|there (is|was|are|were) (a )?spark*|spark and|burning smoke|big smoke|very big smoke|filling with smoke|filled with smoke|thick smoke|black smoke|white smoke|smelled smoke|smell smoke|smoke and|smoking like)',
      '(went|goes|go) (off )?(bang|boom|pop) ~(and|in my|face|fire|glass|eyebrow|smoke)',
      '(went off|exploded|erupted|burst|blew up|shot off|blew off|flew off|popped off|shattered|shatters|spat|splashed) (in|into|all over|over|on|onto|and hit|right in|at|across|by itself)^(my|his|her|our|hands|hand|face|eye|eyes|me|lap|ceiling|kitchen|itself|him)',
      '(hot|boiling|scalding|boling) (oil|water|soup|coffee|tea|fat|steam|milk) (splashed|spilled|spilt|poured|went|came|shot|all over|over|on|onto|down)',
      '(full of|spilled|spilt|poured|dropped|tipped|with) (two litres of )?(boiling|scalding|hot|boling) (water|oil|soup|coffee|tea|noodles|steam)',
      '(live wire*|loose live|bare wire*|exposed wir*|wires (hanging|sticking|exposed)|wiring (is |was )?exposed|water live|is live|(earth|ground) wire|not (earthed|grounded)|elctric shock|electrical shock|shock from|shocks (me|us|you)|gives (a |me |you |us )?(electric )?shock|giving (current|shock)|felt (the |a )?(current|shock)|shock up to|numb from the|throws your arm|threw my arm|tingl* (when|from|every)|got zaped|zaped)',
      'gas (hose|pipe|valve|bottle|ring|tap)^(leak*|crack*|loose|hiss*|split|open|escap*)',
      '(fuel|petrol|gasoline|acid|bleach|ammonia|chlorine) ~(leak*|sprayed|spray*|dripping|spilled|spilt|burn*)',
      '(fumes|smell|paint|plastic smell|varnish|pesticide|chemical*|spray*) ~(dizzy|sick|headache*|nosebleed*|asthma|wheez*|cough*|faint*|throat|breath*|vomit*|hospital)',
      'flue (gas*|pipe) ~(bathroom|room|unconscious|back|off|loose|not)',
      // food and what is swallowed
      `(chewing|chewed|bit|biting|bite|crunched|crunch|swallowed|swallow|ate|eaten|eating|drank|drinking|choked|choke|gagged) ~${IN_FOOD}`,
      `${IN_FOOD} ~(swallowed|chewing|in my mouth|already eaten|eaten|ate|half i ate|cracked my|broke my|throat|tongue|gum|bit)`,
      `(ate|eaten|eating|drank|drinking|after|from|took|since|with) (the |your |that |this |their |those |a |some |one |using |eating |drinking |taking )?^(we|i|he|she|they|all|both|my|everyone|kids|whole)^(was|were|got|had|have|been|has|are|felt|started|is|spent|fell|ended)^${ILL}`,
      `(was|were|got|been|became|felt|fell|had|have|ended up|gave|gives|made|left|send|sent)^${ILL} ~(after|from|since|because|eating|drinking|within|all night|for #2|for two|for three|for days|every night|with the|until)`,
      '(ill|sick|vomiting|diarrhoea|runs|fever|food poisened|food poisoned|violently ill|sick as a dog|poorly) (after|from|within|since|for (#2|two|three|a) (day*|night*|hour*|week*)|all night|by the)',
      '(got the runs|gave (all of )?us the runs|lao sai|throwing up|violently ill|puked|puking|poisened|food poison*)',
      '(told|asked|said|warned|informed) ~(allergy|allergic|nut|nuts|peanut*) ~(still|anyway|ended|epipen|reaction|hospital|swell*|contained|but)',
      '(eye|magnet*|battery|button|wheel|part|piece|teat|bee|bead) (had |has )?(popped|came|tore|torn|broke|fell) (off|out|loose)^(mouth|throat|swallowed|choke*|lodged|purple|blue)',
      '(in|at) (the back of )?(his|her|my|the) (mouth|throat|windpipe)',
      '(magnet*|battery|batteries|coin cell|bead*|button) ~(swallow*|in (his|her) stomach|lodged|stomach)',
      // drugs and treatment
      '(wrong (dose|dosage|tooth|blood|medicine|drug|pill|pills|eye|leg|side)|overdose|dirty needle|left (gauze|a swab|a sponge)|hit a nerve|given twice|empty tank|given (the )?wrong|expired (vaccine|medicine|drug|insulin))',
      '(filler|botox|laser|lash glue|tattoo|eyebrow tint|hair dye|nail salon|massage*|injection*|sunscreen|cream|deodorant|toothpaste|perfume|lotion|mask|lenses) ~(burn*|infect*|swell*|swollen|scar|pus|dying|numb|droop*|blister*|bliters|damage*|septic|welts|scratched|hepatitis|rash|cracked my)',
      '(skin|face) (become|became|went|turned|is|was|got|come|came) (all )?(red|raw|swollen|blistered|out in|off|away)',
      '(took|peeled|peeling|came off with|ripped|burned) (off )?(a layer of |the |my |some |half )?skin',
      '(in|with|so much|terrible|severe|burning|awful|agonising|agonizing) (pain|agony) (in|for|all|ever|since|after|and)',
      '(stung|bitten|stings|bites|bit|bite) (by|from|all over|everywhere|me|him|her|my)',
      '(bed bugs|jellyfish|dog|rat|snake|spider|wasp*) ~(bit|bitten|bites|stung|stings|attacked)',
      '(stopped|stop|fail*|switched) (self |itself )?(in the night|overnight|at night) ~(dad|father|mother|blue|breath*|oxygen|ambulance)',
    ],
  },
  {
    id: 'trap',
    voids: 'M1',
    phrases: [
      '(nobody|no one|noone|none of us|no one else) (was |were |got |has been )?(hurt|injured|ill|sick|burned|burnt)',
      '(no|not any|without any|zero) (injur*|sparks|smoke|fire|burns|rash|reaction|gas leak|blood|accident*)',
      '(not|never|nothing) (to do with|an injury|overheated|burn*|hurt)',
      'nothing to do with (it|you)',
      'unrelated to your',
      '(exploded|explode|explodes|exploding|explosion) (in|of) (popularity|price|demand|sales|flavour|flavor|colour|color|taste)',
      '(price|prices|sales|demand|popularity|rent|rents|cost|costs) (have |has )?(just )?explod*',
      '(exploding|explosive|explosion) (volcano|kit|set|box|deal|offer|game)',
      '(restaurant|place|shop|brand|he|she|they|team|deal|show|i|we) (is|are|was|were) on fire',
      'on fire (lately|right now|today, steam|with)',
      'smoking (hot|gun|room|area|ban|deal|lounge)',
      'non-smoking',
      '(phone|inbox|mailbox|app|email) (blew up|blows up|blowing up) (with|from)',
      '(price|bill|invoice|cost|amount|fee|total) (gave|gives|was|came as|is) ~shock',
      'shock absorber*',
      '(attitude|reply|service|answer|greed|lies|behaviour|behavior|company|policy)^(made|makes|make) (me|us) (feel )?(sick|ill)',
      '(deal|price|sale|talks|agreement|negotiation*|business|company|plan|shop|line|queue|site|server|network|app) (has |had |have )?collaps*',
      'collaps* (in price|in value|of the deal|umbrella|ible)',
      '(killed|kills|killing) (my|the|our|this|his|her|a)? ?(character|game|mood|battery|vibe|phone|trip|evening|time|hero|boss|night|joy|buzz|it for me|small)',
      '(years ago|last year|in 201|in 202|long ago|back then|as a child) ~(not here|elsewhere|another place|unrelated|settled)',
      '(already settled|injury claim|personal injury|accident insurance|accident cover|accident policy|travel insurance|health insurance|life insurance)',
      '(skiing|football|at work|at home|on holiday|jogging)^(and )?(need|want|have|had) to cancel',
      '(broke|broken|fractured) (my|his|her) (leg|arm|ankle|wrist) (skiing|playing|running|at work|at home|before)',
      '(in|at|from) (the )?hospital (so|and so|and) (we|i) (missed|could not|couldn|had to cancel|need|want)',
      'missed the booking',
      '(i am|because i am|because i was|too) (ill|sick),? (and )?(want|cannot|could not|need|to travel)',
      'cannot travel because',
      'airbag light',
      'accident(s)? (history|free|record|report|cover*)',
      'blood(-| )(pressure|red|orange|sugar|test|type|group|oxygen|bank|line|moon|work)',
      'bloody (awful|rude|useless|hell|terrible|ridiculous|slow|expensive|good|brilliant|steak|app|phone|joke|nightmare|minded)',
      'steak was bloody',
      '(pain|agony) (in the (neck|arse|ass|butt|backside)|point)',
      '(absolute|total|real|complete) pain',
      '(hole|burn) in (my|your|the|our) (wallet|pocket|budget)',
      'burn* a hole in (my|your|the|our) (wallet|pocket|budget)',
      '(cut|cuts|cutting) (me|us|him|her) off',
      'cut off in the middle',
      '(slipped|slips|fell|fall) (my mind|through the cracks|behind|flat|for|apart|through|out with|short|asleep on)',
      '(heart|hert|mood|face|jaw|spirits|confidence|grades|price|rating) (sank|fell|dropped)',
      'jaw dropped',
      '(broke|broken|breaks|breaking|lost|lose) (my|our|the|her|his)? ?(heart|promise|record|deal|silence|temper|patience|face|mind|seal|bank|interest|trust|cool|track|nerve|nerves|time)',
      '(hit|hits|hitting) (the )?(back button|roof|road|nail|head with|spot|shelves|ceiling price|limit|button)',
      '(in|on|to) (your|their|my|our) face (cream|mask|wash|serum|value|recognition)',
      '(face|hand|foot|eye|lip|body|nail|skin|hair|tooth|head) (cream|mask|wash|serum|id|recognition|towel|soap|shadow|liner|balm|gloss|polish|care|phones|set|lights|light|band|rest|board|line|liners|pump|made|bag|brush|paste|lamp|lotion)',
      "(chair|table|desk|sofa|bed|bench|stool|tripod|toy\'s|trouser|glasses|couch|cabinet) (leg|legs|foot|feet|arm|arms|back|head|eye|neck|ear)",
      "(toy|doll|teddy|bear|puppet|figure|robot|mannequin|statue)\'s (leg|legs|foot|feet|arm|arms|head|eye|ear)",
      '(arm|leg|head|foot) (of|on) the (chair|sofa|table|toy|doll|bed|machine|sewing)',
      '(cut|cuts) (the|my) (cable|price|discount|order|hair|service|cost|broadband|line)',
      '(hit|hits|cut|caught|struck|went into|into) (the|a|my|your|our) (back|hand|face|head|nose|ear|neck) of',
      '(on|in|at) the (other|one|left|right) hand',
      '(by|at|on|second|first|spare|upper|close at|to) hand',
      '(sore|dead|flat|bare|cold) feet',
      'back (to|in|at|from|into|on) (stock|order|the|my|your|work|april|may|june)',
      '(get|got|getting|send|sent|give|gave|go|went|put|pay|paid|money|call|called|write|wrote|come|came|take|took|want|wanted|look) (it |me |them |the money |my money )?back',
      '(is it|does this|would it|could it|can it|will it|may it|might it) (be )?(safe|dangerous|explode|contain|harm*|catch)',
      '(fire|smoke|gas|burglar) (alarm|detector|sensor|door|place|works|drill|engineer|bill|reading|meter|company|wood|fly|fox|pit)',
      '(burnt|burned|burn) (toast|pizza|burger|cake|edges|crust|on one side|to a crisp|cd|dvd|calories|fat|taste|orange|sienna)',
      '(toast|burger|pizza|food|cake|crust|bread|chicken|edges|steak|fries|rice|chips)^(burnt|burned|buurnt)',
      '(website|app|server|site|system|game|drive|laptop|computer|bot|page|phone|software|checkout|hard drive|the) (has |had |just )?crash*',
      'crash (sale|course|test|diet)',
      '(he|she|they) (was|were|should be|got|be) fired',
      "(threw it out|threw it away|threw them|binned|bin|without eating|didn\'t open|didn\'t eat|before i drank|before pouring|left them on the plate|they swapped it)",
      "(hair|fly|mould|mold|bug) ~(threw it|without eating|binned|in the bin|didn\'t open|swapped|before i|sent back|left it|not eat*)",
      '(bread|milk|yoghurt|cheese|meat) (was|were) (mouldy|moldy|off|past)^(in the bin|noticed|binned|threw)',
    ],
  },
];
