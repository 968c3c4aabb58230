import csv,sys,numpy as np
from PIL import Image
from concurrent.futures import ProcessPoolExecutor
D=sys.argv.pop(1)+'/'
C=['akiec','bcc','bkl','df','mel','nv','vasc']
def load(a):
    name,S,split=a
    im=Image.open(D+'images/'+name+'.jpg').convert('RGB')
    if split=='train':
        h=S*9//8; return np.asarray(im.resize((h*4//3,h),Image.LANCZOS))
    w,h=im.size; l=(w-h)//2
    return np.asarray(im.crop((l,0,l+h,h)).resize((S,S),Image.LANCZOS))
for S in map(int,sys.argv[1:]):
    for split in ('train','val'):
        rows=list(csv.DictReader(open(D+split+'.csv')))
        with ProcessPoolExecutor(2) as p: x=np.stack(list(p.map(load,[(r['image_id'],S,split) for r in rows],chunksize=64)))
        np.savez(f'{split}{S}.npz',x=x,y=np.array([C.index(r['dx']) for r in rows]),lesion=np.array([r['lesion_id'] for r in rows]))
        print(S,split,x.shape)
